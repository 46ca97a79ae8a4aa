import { readFileSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
  makeDataset,
  type SavedModel,
  split,
  train,
} from "../../src/api/index.js";
import { repeatTraining } from "../../src/experiment/repeat/repeat.js";
import type { LabelAnswers } from "../../src/tasks/multi-label.js";
import { multiLabel } from "../../src/tasks/multi-label.js";
import { coppice, useFolder } from "../cli/harness.js";
import fixture from "../fixtures/labels.json" with { type: "json" };
import { expectSameState } from "../train/same-runs.js";

const folder = useFolder();
const { x: rows, y, decay, probabilities } = fixture.logistic;
const x = Float32Array.from(rows.flat());
const set = makeDataset({ name: "three", x, features: 5, targets: y.flat(), targetNames: ["a", "b", "c"] });
const device = createCpuDevice({ threads: 1 });
const options = { task: "multi-label", method: "set", hidden: [12], epsilon: 6, epochs: 6, batch: 8, lr: 0.05, device } as const;
const answersOf = (answers: object) => answers as LabelAnswers;

test("the linear method comes to one logistic regression a label, as scikit-learn has it", async () => {
  await using model = await train(
    { train: set },
    {
      task: "multi-label",
      method: "linear",
      inputs: "raw",
      optimizer: { momentum: 0, decay },
      lr: 3,
      batch: 40,
      epochs: 400,
      evaluateEvery: 400,
      device,
    },
  );
  expect(model.config.network).toMatchObject({ task: "multi-label", loss: "sigmoidCrossEntropy" });
  const found = answersOf(await model.predict(x));
  expect([...found.probabilities]).toEqual(probabilities.flat().map((p) => expect.closeTo(p, 4)));
  expect([...found.decided]).toEqual(probabilities.flat().map((p) => Number(p > 0.5)));
});

test("it is kept, loaded, resumed and streamed to the same bits, and members average their probabilities", async () => {
  const parts = split(set, { test: 0.25, validation: 0.2, seed: 1, strata: multiLabel.strata?.(set) });
  const checkpoints: SavedModel[] = [];
  const run = (more: Parameters<typeof train>[1] = {}) => train(parts, { ...options, metric: "rankingPrecision", ...more });
  const whole = await run({ onCheckpoint: (saved) => void checkpoints.push(saved) });
  const saved = decodeCheckpoint(encodeCheckpoint(await whole.save()));
  expect(answersOf(await loadModel(device, saved).predict(x))).toEqual(answersOf(await whole.predict(x)));
  const resumed = await run({ resume: decodeCheckpoint(encodeCheckpoint(checkpoints[2])) });
  expectSameState((await resumed.save()).network, saved.network);
  expectSameState((await (await run({ dataBytes: 4 * 8 * 16 })).save()).network, saved.network);
  const { testMicroF1, testRankingPrecision } = whole.history[5];
  const evaluation = (await whole.evaluate(parts.test)) as unknown as Record<string, unknown>;
  expect([evaluation.microF1, evaluation.rankingPrecision]).toEqual([testMicroF1, testRankingPrecision]);
  expect(evaluation.perLabel).toMatchObject([{ name: "a" }, { name: "b" }, { name: "c" }]);

  const ensemble = await run({ members: 3 });
  const { members = [], ...one } = await ensemble.save();
  const { probabilities: found, uncertainty = {} } = answersOf(await ensemble.predict(x));
  const each = await Promise.all(members.map((network) => loadModel(device, { ...one, network }).predict(x)));
  const entropyOf = (p: number) => -p * Math.log(p) - (1 - p) * Math.log(1 - p);
  for (const k of [0, 7, 50]) {
    const own = each.map((answers) => answersOf(answers).probabilities[k]);
    const mean = own.reduce((sum, p) => sum + p, 0) / 3;
    expect(found[k]).toBeCloseTo(mean, 6);
    const [name, i] = ["abc"[k % 3], Math.floor(k / 3)];
    expect(uncertainty[`${name} entropy`][i]).toBeCloseTo(entropyOf(mean), 5);
    const rest = own.reduce((sum, p) => sum + entropyOf(p), 0) / 3;
    expect(uncertainty[`${name} disagreement`][i]).toBeCloseTo(entropyOf(mean) - rest, 5);
  }
});

test("repeated splits know its metrics", async () => {
  const { device: _own, ...what } = options;
  const { runs } = await repeatTraining(set, { device, splits: 2, train: what });
  expect(runs.map(({ evaluation }) => (evaluation as unknown as { perLabel: unknown[] }).perLabel.length)).toEqual([3, 3]);
  for (const { measure, floor } of runs)
    expect([measure, floor].every((share) => Number(share) > 0 && Number(share) <= 1)).toBe(true);
});

test("train, eval, predict and inspect know it", async () => {
  const lines = rows.map((row, i) => [...row, ...y[i]].join(","));
  writeFileSync(folder.path("t.csv"), ["g1,g2,g3,g4,g5,a,b,c", ...lines, ""].join("\n"));
  const run = (...words: string[]) => coppice(`${words.join(" ")} --device cpu`);
  const out = folder.path("run");
  const trained = await run(
    `train --data ${folder.path("t.csv")} --task multi-label --target a,b,c --hidden 12 --epochs 4 --out ${out}`,
  );
  expect([trained.code, trained.err]).toEqual([0, expect.stringMatching(/microF1 +train [\d.]+ %, test/)]);
  const model = `${out}/model.safetensors`;
  const evaluated = await run(`eval ${model} --data ${folder.path("t.csv")}`);
  expect(evaluated.out).toMatch(/^microF1 .* %, labelF1 .* %, rankingPrecision .* %, loss [\d.]+ on 40 samples/);
  expect(evaluated.out).toMatch(/label +samples +taken +recall +precision +F1\na +\d+/);
  const sure = await run(`eval ${model} --data ${folder.path("t.csv")} --intervals`);
  expect(sure.out).toMatch(/\nF1, mean of the labels +[\d.]+ % +[\d.]+ % to [\d.]+ %\n/);
  const predicted = await run(`predict ${model} --data ${folder.path("t.csv")} --out ${folder.path("p.csv")}`);
  expect(predicted.code).toBe(0);
  const [head, first] = readFileSync(folder.path("p.csv"), "utf8").split("\n");
  expect(head).toBe("a,b,c,decided a,decided b,decided c");
  const cells = first.split(",").map(Number);
  expect(cells.slice(3)).toEqual(cells.slice(0, 3).map((p) => Number(p > 0.5)));
});

test.each([
  [
    { targets: y.map(([a]) => a), targetNames: ["a"] },
    "bad: it has one label, a; of several labels there are two columns or more",
  ],
  [
    { targets: y.flatMap(([a, b]) => [a, 2 * b]), targetNames: ["a", "b"] },
    /^bad: label "b" of sample \d+ is 2, expected 0 or 1/,
  ],
  [
    { targets: y.flatMap(([a]) => [a, 0]), targetNames: ["a", "b"] },
    'bad: no training sample has label "b": there is nothing to learn',
  ],
  [
    { targets: y.flatMap(([a]) => [a, 1]), targetNames: ["a", "b"] },
    /^bad: each of the \d+ training samples has label "b": there is nothing to learn/,
  ],
  [{ labels: y.map(([a]) => a) }, "bad: it has 2 classes, one a sample; name the columns of 0 and 1 with option target"],
])("what are no labels is refused: %#", async (what, message) => {
  const bad = makeDataset({ name: "bad", x, features: 5, ...what } as Parameters<typeof makeDataset>[0]);
  await expect(train({ train: bad }, options)).rejects.toThrow(message);
});

test("losses, metrics and weights of other tasks are refused", async () => {
  const refused = (more: object) => train({ train: set }, { ...options, ...more });
  await expect(refused({ loss: "crossEntropy" })).rejects.toThrow("loss: crossEntropy does not fit task multi-label; take sigm");
  await expect(refused({ metrics: ["rmse"] })).rejects.toThrow("metrics: rmse is of numbers, and the task is multi-label");
  await expect(refused({ metrics: ["kappa"] })).rejects.toThrow("metrics: kappa is of classes, and the task is multi-label");
  await expect(refused({ classWeight: "balanced" })).rejects.toThrow("classWeight: is of classes, and the task is multi-label");
});

test("eval tells of a label that every sample has", async () => {
  const parts = { x, features: 5, targetNames: ["a", "b", "c"] };
  const always = makeDataset({ ...parts, name: "always", targets: y.flatMap(([a, b]) => [a, b, 1]) });
  await using model = await train({ train: set }, { ...options, epochs: 1 });
  expect((await model.evaluate(always)).notes).toContain("every sample has c: finding it says nothing");
});
