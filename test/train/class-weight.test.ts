import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { takeSamples } from "../../src/api/data.js";
import {
  createCpuDevice,
  makeDataset,
  readDataset,
  type SavedModel,
  split,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import { readClassWeight } from "../../src/cli/class-weight.js";
import { TASKS } from "../../src/tasks/index.js";
import { lossWeights } from "../../src/train/sample-weights.js";
import fixture from "../fixtures/class-weight.json" with { type: "json" };
import { expectSameState } from "./same-runs.js";

// Weights and what is learnt by them against scikit-learn's: test/fixtures/make-class-weight.py.

const device = createCpuDevice({ threads: 1 });
const GIVEN = { a: 1, b: 4, c: 2.5 };
const CLASS_WEIGHT: Readonly<Record<string, TrainOptions["classWeight"]>> = {
  balanced: "balanced",
  given: GIVEN,
  samples: undefined,
  both: "balanced",
};
const table = { name: "uneven", x: Float32Array.from(fixture.x.flat()), features: 4, labels: fixture.y.map((c) => "abc"[c]) };
const plain = makeDataset(table);
const weighted = makeDataset({ ...table, weights: fixture.own });
const short = { method: "set", hidden: [6], epsilon: 6, epochs: 2, batch: 9, device } as const;

test.each(fixture.cases)(
  "weights of $name are scikit-learn's, and so is what logistic regression learns by them",
  async (found) => {
    const { name, weights, probabilities } = found;
    const data = ["samples", "both"].includes(name) ? weighted : plain;
    const classWeight = CLASS_WEIGHT[name];
    const own = lossWeights({ seed: 1, ...(classWeight && { classWeight }) }, data);
    expect([...own]).toEqual(weights.map((w) => expect.closeTo(w, 12)));
    await using model = await train(
      { train: data },
      {
        method: "linear",
        classWeight,
        inputs: "raw",
        optimizer: { momentum: 0, decay: fixture.decay },
        lr: 1,
        batch: data.samples,
        epochs: 300,
        evaluateEvery: 300,
        device,
      },
    );
    const answers = await model.predict(data.x);
    expect([...answers.probabilities]).toEqual(probabilities.flat().map((p) => expect.closeTo(p, 4)));
  },
);

test("a task of one's own that predicts classes is weighted as classification, and one that has none is refused", async () => {
  const learn = async (task: TrainOptions["task"]) => {
    await using model = await train({ train: plain }, { ...short, task, classWeight: "balanced" });
    return (await model.predict(plain.x)).probabilities;
  };
  expect(await learn({ ...TASKS.classification, name: "own" })).toEqual(await learn("classification"));
  const { predicts: _, ...unsaid } = TASKS.classification;
  await expect(learn({ ...unsaid, name: "unsaid" })).rejects.toThrow("classWeight: is of classes, and the task is unsaid");
});

test("weights of members multiply those they are drawn by; streamed and resumed runs learn the same bits", async () => {
  const notes: string[][] = [];
  const options = { ...short, members: 2, bagging: true, classWeight: "balanced" } as const;
  const run = async (more: Parameters<typeof train>[1] = {}) => {
    await using model = await train(
      { train: weighted },
      { ...options, ...more, onStart: (info) => void notes.push([...info.notes]) },
    );
    return model.save();
  };
  const whole = await run();
  expectSameState((await run({ dataBytes: 48 * 8 * 4 })).network, whole.network);
  const checkpoints: SavedModel[] = [];
  await run({ until: 1, onCheckpoint: (saved) => void checkpoints.push(saved) });
  expectSameState((await run({ resume: checkpoints[0] })).network, whole.network);
  expect(notes[0][0]).toBe(
    "training weighs classes (a 0.533, b 1.33, c 2.67) and samples; the losses and metrics of sets count all samples alike",
  );
  await expect(run({ resume: checkpoints[0], classWeight: GIVEN })).rejects.toThrow('classWeight was "balanced" and is absent');
});

test("weights of samples stay with them, and are refused where they are none", async () => {
  const part = split(weighted, { test: 0.5, seed: 2 });
  expect([...(part.test.weights ?? [])]).toEqual(Array.from(part.indices.test, (i) => fixture.own[i]));
  const bad = (weights: number[]) => () => makeDataset({ ...table, weights });
  expect(bad(fixture.own.map((w, i) => (i === 3 ? -w : w)))).toThrow(
    /^uneven: the weight of sample 4 is -[\d.]+, expected a fin/,
  );
  expect(bad([1])).toThrow("uneven: weights is no Float64Array of 48 numbers");
  const none = takeSamples({ ...plain, weights: Float64Array.from(fixture.y, (c) => Number(c === 0)) }, [30, 31, 32, 45]);
  await expect(train({ train: none }, short)).rejects.toThrow(
    "uneven: every sample of the training part has weight 0: there is nothing to learn from; give one",
  );
  const own = Float64Array.from(fixture.y, (c) => Number(c === 0));
  const sets = split({ ...plain, weights: own }, { test: 0.2, seed: 1 });
  const zero = { ...sets.test, weights: new Float64Array(sets.test.samples) };
  await (await train({ train: sets.train, test: zero }, short)).dispose();
});

test.each([
  [{ a: 1, b: 2 }, "classWeight: lacks c; give each class a weight"],
  [{ ...GIVEN, d: 1 }, "classWeight: has d, but the classes are a, b, c; name these alone"],
  [{ ...GIVEN, c: 0 }, /^class weight: .* is not "balanced", or an object with a number above 0 for each class$/],
  ["even", /^class weight: "even" is not "balanced", or/],
] as const)("%j is refused", async (classWeight, message) => {
  await expect(train({ train: plain }, { ...short, classWeight: classWeight as "balanced" })).rejects.toThrow(message);
});

test("a file names the weight of each class, under a header or none", () => {
  const path = join(mkdtempSync(join(tmpdir(), "coppice-weights-")), "w.csv");
  const reading = (text: string) => {
    writeFileSync(path, text);
    return readClassWeight(path);
  };
  expect([reading("class,weight\na,1\nb,2.5\n"), reading("a\t1\nb\t2.5\n")]).toEqual([
    { a: 1, b: 2.5 },
    { a: 1, b: 2.5 },
  ]);
  expect(readClassWeight("balanced")).toBe("balanced");
  expect(() => readClassWeight("Balanced")).toThrow("--class-weight: Balanced is spelled otherwise: write balanced");
  for (const [text, message] of [
    ["a,1\na,2\n", 'class "a" is there twice'],
    ["a,1\nb,-2\n", 'the weight of class "b" is "-2", expected a number above 0'],
    ["a,1,2\n", "has 3 columns, expected two"],
  ])
    expect(() => reading(text)).toThrow(`--class-weight: ${path}: ${message}`);
  rmSync(dirname(path), { recursive: true });
});

test("a column of weights is no feature; it may be that of the labels' own table", async () => {
  const encode = (name: string, text: string) => ({ name, bytes: new TextEncoder().encode(text) });
  const csv = encode("t.csv", "id,g1,g2,w,class\ns1,1,2,0.5,a\ns2,2,1,3,b\ns3,4,4,1,a\n");
  const read = await readDataset([csv], { sampleWeight: "w" });
  expect([read.featureNames, [...(read.weights ?? [])]]).toEqual([
    ["g1", "g2"],
    [0.5, 3, 1],
  ]);
  const beside = await readDataset([encode("t.csv", "id,g1,g2\ns1,1,2\ns2,2,1\ns3,4,4\n")], {
    labels: encode("l.csv", "id,class,w\ns3,a,1\ns1,a,0.5\ns2,b,3\n"),
    sampleWeight: "w",
  });
  expect([beside.featureNames, [...(beside.weights ?? [])]]).toEqual([
    ["g1", "g2"],
    [0.5, 3, 1],
  ]);
  const odd = encode("t.csv", "g1,g2,w,class\n1,2,,a\n2,1,3,b\n");
  await expect(readDataset([odd], { sampleWeight: "w" })).rejects.toThrow('t.csv: the weight of sample 1 is "", expected a num');
});
