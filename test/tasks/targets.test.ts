import { describe, expect, test } from "vitest";
import { createCpuDevice, makeDataset, split, train } from "../../src/api/index.js";

const x = Float32Array.from({ length: 90 * 5 }, (_, k) => Math.sin(k * k));
const first = Array.from({ length: 90 }, (_, i) => x[5 * i] + 3 * x[5 * i + 1]);
const one = makeDataset({ name: "one", x, features: 5, targets: first });
const both = makeDataset({
  name: "two",
  x,
  features: 5,
  targets: first.flatMap((value, i) => [value, i]),
  targetNames: ["year", "dose"],
});
const options = { method: "set", hidden: [6], epsilon: 6, epochs: 1 } as const;

describe("what cannot be learnt is refused before a step is computed", () => {
  const bad =
    (targets: number[], more = {}) =>
    () =>
      makeDataset({ name: "bad", x, features: 5, targets, ...more });
  test.each([
    [
      "not finite",
      bad(first.map((value, i) => (i === 3 ? Number.NaN : value))),
      'bad: target "y" of sample 4 is NaN, expected a finite',
    ],
    ["too few", bad(first.slice(1)), "bad: 89 targets for 90 samples"],
    ["names", bad(first, { targetNames: ["a", "b"] }), "bad: targetNames: holds 2 texts, expected 1"],
    ["labels too", bad(first, { labels: new Array(90).fill("a") }), "bad: both labels and targets are given; give one of them"],
    ["texts", bad(["1"] as unknown as number[]), 'bad: value 1 of targets is "1", not a number'],
  ])("%s", (_, make, message) => {
    expect(make).toThrow(message);
  });

  test.each([
    [
      "constant",
      { train: { ...one, targets: new Float64Array(90).fill(7) } },
      {},
      'one: target "y" is 7 in all 90 training samples',
    ],
    [
      "far from 0",
      { train: { ...one, targets: Float64Array.from(first, (value) => 1.6e9 + 20 * value) } },
      {},
      /^one: target "y" is 1600000\d+(\.\d+)? in the mean, with a deviation of \d+.*subtract a constant from it/,
    ],
    ["as classes", { train: one }, { task: "classification" }, "one: it has numbers to learn (y) and no classes"],
    ["classes", { train: blobs() }, { task: "regression" }, "blobs: it has 2 classes and no numbers to learn; name the columns"],
    [
      "its loss",
      { train: one },
      { loss: "crossEntropy" },
      "loss: crossEntropy does not fit task regression; take mse, mae, huber",
    ],
    [
      "other targets",
      { train: both, test: { ...both, x: x.map((v) => v + 1), targetNames: ["year", "d"] } },
      {},
      "two: its targets are year, d, the model's year, dose",
    ],
  ] as const)("%s", async (_, data, more, message) => {
    await expect(train(data, { ...options, ...more, device: createCpuDevice({ threads: 1 }) })).rejects.toThrow(message);
  });
});

function blobs() {
  return makeDataset({ name: "blobs", x: x.slice(0, 20), features: 5, labels: ["a", "b", "a", "b"] });
}

test("splits take equal shares of a target's quantiles, groups whole, and of several targets any samples", () => {
  const data = split(one, { test: 0.3, seed: 1 });
  const ranked = first.toSorted((a, b) => a - b);
  const tenth = (value: number) => Math.floor(ranked.indexOf(value) / 9 / (10 / 9));
  const counts = new Array(9).fill(0);
  for (const target of data.test.targets ?? []) counts[tenth(target)]++;
  expect(counts).toEqual(new Array(9).fill(3));
  expect([...(data.test.targets ?? [])]).toEqual(Array.from(data.indices.test, (i) => first[i]));
  const groups = Array.from({ length: 90 }, (_, i) => String(i >> 2));
  const { train: kept, test: held } = split({ ...one, groups }, { test: 0.3, seed: 1 });
  expect((held.groups ?? []).filter((group) => kept.groups?.includes(group))).toEqual([]);
  expect(split(both, { test: 0.3, seed: 1 }).test.samples).toBe(27);
});

test("a single target goes by any name, which is noted where both names say something", async () => {
  const named = (name: string) => ({ ...one, targetNames: [name] });
  await using model = await train({ train: named("dose") }, { ...options, device: createCpuDevice({ threads: 1 }) });
  const notesOf = async (name: string) => (await model.evaluate(named(name))).notes.filter((note) => note.includes("target"));
  const note = 'target "weight" is taken for the model\'s "dose": each has one; see that they are the same';
  expect(await notesOf("weight")).toEqual([note]);
  for (const name of ["dose", "y", "Target"]) expect(await notesOf(name)).toEqual([]);
});
