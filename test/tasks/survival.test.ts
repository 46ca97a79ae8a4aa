import { writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { TASKS } from "../../src/api/extend.js";
import {
  createCpuDevice,
  decodeCheckpoint,
  encodeCheckpoint,
  loadModel,
  makeDataset,
  type Prediction,
  type SavedModel,
  split,
  train,
} from "../../src/api/index.js";
import { random } from "../../src/api/sparse.js";
import { coppice, useFolder } from "../cli/harness.js";
import { sharedGpu } from "../one-gpu.js";
import { timeless } from "../train/same-runs.js";

const folder = useFolder();
const samples = 120;

/** Samples of 4 features whose hazard rises with the first and falls with the second; half of them are censored, times are in weeks. */
const rng = random(4, "survival");
const x = Float32Array.from({ length: samples * 4 }, () => rng.normal());
const risk = Array.from({ length: samples }, (_, i) => 1.2 * x[4 * i] - 0.8 * x[4 * i + 1]);
const drawn = risk.map((z) => [-Math.log(1 - rng.float()) / Math.exp(z), -Math.log(1 - rng.float())]);
const rows = drawn.map(([time, censored]) => [Math.ceil(40 * Math.min(time, censored)), Number(time <= censored)]);
const data = makeDataset({ name: "sick", x, features: 4, targets: rows.flat(), targetNames: ["weeks", "died"] });
const parts = split(data, { test: 0.3, seed: 1, strata: TASKS.survival.strata?.(data) });
const options = { task: "survival", method: "set", hidden: [12], epsilon: 6, epochs: 60, lr: 0.3 } as const;
const values = (prediction: Prediction) => prediction as unknown as { outputs: string[]; values: Float32Array };

/** The mean partial loss of log risks by its definition, over the samples. */
function define(z: ArrayLike<number>, targets: ArrayLike<number>): number {
  const all = Array.from(z, (_, i) => i);
  return (
    all.reduce((sum, i) => {
      const total = all.reduce((at, j) => at + (targets[2 * j] >= targets[2 * i] ? Math.exp(z[j]) : 0), 0);
      return sum + targets[2 * i + 1] * (Math.log(total) - z[i]);
    }, 0) / all.length
  );
}

test("log risks are learnt of the whole training part, and sets are evaluated whole", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(parts, { ...options, device });
  expect(model.config).toMatchObject({ batch: parts.train.samples, network: { task: "survival", loss: "cox" } });
  expect(model.classes).toEqual(["log risk of died over weeks"]);
  const [first, last] = [model.history[0], model.history[59]];
  expect(last.trainLoss as number).toBeLessThan(first.trainLoss as number);
  expect(last.testConcordance).toBeGreaterThan(0.65);
  for (const [name, set] of [
    ["train", parts.train],
    ["test", parts.test],
  ] as const) {
    const { values: found } = values(await model.predict(set.x));
    expect(last[`${name}Loss`]).toBeCloseTo(define(found, set.targets as Float64Array), 9);
    const evaluation = (await model.evaluate(set)) as unknown as Record<string, number>;
    expect(evaluation.concordance).toBe(last[`${name}Concordance`]);
    expect(evaluation.loss).toBe(last[`${name}Loss`]);
    expect(evaluation.events).toBe((set.targets as Float64Array).filter((event, k) => k % 2 === 1 && event > 0).length);
  }
  await model.dispose();
});

test("a smaller batch has risk sets of its own, and one without an event moves nothing", async () => {
  const device = createCpuDevice({ threads: 1 });
  const few = { ...options, epochs: 20, lr: 0.05, batch: 16 };
  const model = await train(parts, { ...few, device });
  expect(model.config.batch).toBe(16);
  expect(model.history[19].testConcordance).toBeGreaterThan(0.65);
  const single = await train({ train: parts.train }, { ...few, batch: 1, epochs: 2, device }); // no risk set has another
  const { values: start } = values(await loadModel(device, await single.save()).predict(x));
  const { values: end } = values(await (await train({ train: parts.train }, { ...few, batch: 1, epochs: 1, device })).predict(x));
  expect(start).toEqual(end);
});

test("its model is kept, loaded, resumed to the same bits and started from", async () => {
  const device = createCpuDevice({ threads: 1 });
  let bytes = new Uint8Array(0);
  const onCheckpoint = (saved: SavedModel) => {
    if (saved.training?.epoch === 7) bytes = encodeCheckpoint(saved);
  };
  const run = { ...options, epochs: 12 };
  const model = await train(parts, { ...run, device, onCheckpoint });
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  const found = values(await model.predict(x));
  expect(values(await loadModel(device, saved).predict(x))).toEqual(found);
  const resumed = await train(parts, { ...run, device, resume: decodeCheckpoint(bytes) });
  expect(timeless(resumed.history)).toEqual(timeless(model.history));
  expect(values(await resumed.predict(x))).toEqual(found);
  const more = await train(parts, { device, method: "dense", epochs: 2, lr: 0.001, start: saved });
  expect(more.config.batch).toBe(parts.train.samples);
  expect(more.history[1].trainLoss).toBeCloseTo(model.history[11].trainLoss as number, 2);
});

test("members average their log risks, and each has a loss of its own", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train(parts, { ...options, epochs: 5, members: 3, device });
  const { values: found } = values(await model.predict(parts.test.x));
  const { members = [], ...saved } = await model.save();
  const { members: records = [], testLoss } = model.history[4];
  const targets = parts.test.targets as Float64Array;
  const alone = await Promise.all(
    members.map(async (network) => values(await loadModel(device, { ...saved, network }).predict(parts.test.x)).values),
  );
  for (const [i, value] of found.entries()) expect(value).toBeCloseTo((alone[0][i] + alone[1][i] + alone[2][i]) / 3, 5);
  expect(testLoss).toBeCloseTo(define(found, targets), 6);
  for (const [j, z] of alone.entries()) expect(records[j].testLoss).toBeCloseTo(define(z, targets), 6);
});

test("bootstrap weights are those of samples that come several times", async () => {
  const device = createCpuDevice({ threads: 1 });
  const model = await train({ train: data }, { ...options, epochs: 5, lr: 0.02, bagging: true, device });
  expect(model.history[4].trainLoss).toBeLessThan(model.history[0].trainLoss as number);
});

test("samples that are streamed train to the same bits, and devices agree", async () => {
  const run = async (more: object) => {
    const model = await train(parts, { ...options, epochs: 6, batch: 20, lr: 0.05, tune: "off", ...more });
    const { values: found } = values(await model.predict(x));
    const last = model.history[5];
    await model.dispose();
    return { found, last };
  };
  const device = createCpuDevice({ threads: 1 });
  const whole = await run({ device });
  expect((await run({ device, dataBytes: 44 * 4 * 6 })).found).toEqual(whole.found);
  const gpu = await run({ device: await sharedGpu() });
  for (const [i, value] of whole.found.entries()) expect(Math.abs(gpu.found[i] - value)).toBeLessThan(1e-4);
  expect(gpu.last.testLoss as number).toBeCloseTo(whole.last.testLoss as number, 5);
});

test("what is no survival data is refused in one line", async () => {
  const device = createCpuDevice({ threads: 1 });
  const of = (targets: number[][], more = {}) =>
    makeDataset({
      name: "few",
      x: Float32Array.of(1, 2, 3, 4),
      features: 1,
      targets: targets.flat(),
      targetNames: ["t", "e"],
      ...more,
    });
  const good = [
    [1, 1],
    [2, 0],
    [3, 1],
    [4, 0],
  ];
  const run = (set: ReturnType<typeof of>, more = {}) => train({ train: set }, { ...options, ...more, device });
  const withFirst = (row: number[]) => of([row, ...good.slice(1)]);
  await expect(run(withFirst([-1, 1]))).rejects.toThrow('few: sample 1: time "t" is -1, expected a number of at least 0');
  await expect(run(withFirst([1, 2]))).rejects.toThrow(
    'few: sample 1: event "e" is 2, expected 1 where it came, 0 where it had not come yet; where 1 and 2',
  );
  await expect(run(of(good.map(([t]) => [t, 0])))).rejects.toThrow("few: no event came among its 4 samples");
  expect(() => withFirst([Number.NaN, 1])).toThrow('few: target "t" of sample 1 is NaN');
  await expect(run(makeDataset({ name: "one", x: Float32Array.of(1, 2), features: 1, targets: [1, 2] }))).rejects.toThrow(
    "one: it has numbers to learn (y); survival learns a time and an event: name their columns with options time and event",
  );
  await expect(run(makeDataset({ name: "two", x: Float32Array.of(1, 2), features: 1, labels: [0, 1] }))).rejects.toThrow(
    "two: it has 2 classes; survival",
  );
  await expect(
    train(
      {
        train: of(good),
        test: of(
          good.map(([t]) => [t, 0]),
          { x: Float32Array.of(5, 6, 7, 8) },
        ),
      },
      { ...options, device },
    ),
  ).rejects.toThrow(
    /^metric concordance: is not defined, as no event is known to come before another \(test set\); give a set of which it is defined, or split otherwise$/,
  );
  await using learnt = await run(of(good), { epochs: 1 });
  await expect(learnt.evaluate(of(good.map(([t]) => [t, 0])))).rejects.toThrow(
    "metric concordance: is not defined, as no event is known to come before another (few); evaluate samples of which",
  );
  await expect(run(of(good), { labelSmoothing: 0.1 })).rejects.toThrow(
    /^labelSmoothing: loss cox takes labels as they are; leave labelSmoothing out$/,
  );
  await expect(run(of(good), { metrics: ["rmse"] })).rejects.toThrow("metrics: rmse is of numbers, and the task is survival");
  await expect(run(of(good), { loss: "mse" })).rejects.toThrow("loss: mse does not fit task survival; take cox");
});

test("the command line trains, goes on with, evaluates and predicts a table", async () => {
  const lines = rows.map(([weeks, died], i) => [`p${i}`, weeks, ...x.subarray(4 * i, 4 * i + 4), died].join(","));
  writeFileSync(folder.path("sick.csv"), `id,weeks,a,b,c,d,died\n${lines.join("\n")}\n`);
  const words = `train --data ${folder.path("sick.csv")} --time weeks --event died --method set --hidden 8 --epochs 3 --lr 0.1 --device cpu --out ${folder.path("run")}`;
  for (const more of ["", " --resume"]) {
    const { code, err } = await coppice(words + more);
    expect(code, err).toBe(0);
    if (!more) expect(err).toContain("note: split so that each part has its share of the events");
  }
  const model = folder.path("run/model.safetensors");
  const { out } = await coppice(`eval ${model} --data ${folder.path("sick.csv")} --device cpu`);
  expect(out).toMatch(/^concordance 0\.\d+, loss [\d.]+ on 120 samples\n/);
  const { out: told } = await coppice(`eval ${model} --data ${folder.path("sick.csv")} --intervals --device cpu`);
  expect(told).toMatch(/\nconcordance index +0\.\d+ +0\.\d+ to 0\.\d+\n$/);
  const { out: predicted } = await coppice(`predict ${model} --data ${folder.path("sick.csv")} --device cpu`);
  expect(predicted).toMatch(/^id,log risk of died over weeks\np0,-?[\d.e-]+\n/);
  for (const [bad, message] of [
    ["--time weeks", "sick.csv: option time is given alone"],
    ["--time weeks --event a", /sample "p0": event "a" is .*, expected 1 where it came/],
    [
      "--time weeks --event died --task regression",
      "--time: is of task survival, and the task is regression; leave one of them out",
    ],
  ] as const) {
    const { code, err } = await coppice(
      `train --data ${folder.path("sick.csv")} ${bad} --epochs 1 --device cpu --out ${folder.path("bad")}`,
    );
    expect(code).toBe(2);
    expect(err).toMatch(message);
  }
});
