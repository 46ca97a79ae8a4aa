import { expect, test } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { fit as findModel } from "../../src/fit/fit.js";
import { countingDevice, expectRefused, nameOf, WRONG } from "../library/wrong.js";
import { smallPlan, table } from "./tables.js";

const { device, left } = countingDevice();

/** Every option, and what is wrong for it. */
const OPTIONS: Readonly<Record<string, readonly unknown[]>> = {
  budget: WRONG.number.filter((value) => value !== Infinity),
  estimate: WRONG.name,
  members: [...WRONG.count, 0, 257],
  seed: [...WRONG.count, 2 ** 32],
  memoryBytes: [...WRONG.number.filter((value) => value !== Infinity), 0],
  device: [...WRONG.device, "gpu"],
  plan: [...WRONG.object, {}, { version: "1" }],
  store: [...WRONG.object, { get() {} }],
  slots: [...WRONG.object, {}, { count: 0, train() {} }, { count: 2 }],
  signal: [null, 5, {}],
  hold: WRONG.function,
  onPlan: WRONG.function,
  onProgress: WRONG.function,
  bugdet: [1],
};

test("every wrong value of every option is refused before anything is on the device", async () => {
  for (const [key, values] of Object.entries(OPTIONS)) {
    for (const value of values)
      await expectRefused(() => findModel(table(), { device, [key]: value }), `${key}: ${nameOf(value)}`);
  }
  for (const options of [null, 5, "x", []]) await expectRefused(() => findModel(table(), options as never), nameOf(options));
  for (const data of [null, 5, {}, { train: table() }])
    await expectRefused(() => findModel(data as never, { device }), nameOf(data));
  expect(left()).toBe(0);
});

test("members that do not fit are refused with the arithmetic before anything is timed, and a plan with them, too", async () => {
  const data = table({ samples: 20, features: 40 });
  const message =
    /^memory: an ensemble of 256 networks 40-200-200-200-2 with batch 8 takes \d+ MB \(connections .*\), 10\.0 MB may be used; give fewer members, or raise --memory$/;
  const asked = { device, estimate: "none", members: 256, memoryBytes: 10e6 } as const;
  await expect(findModel(data, asked)).rejects.toThrow(message);
  const plan = smallPlan(data);
  await expect(findModel(data, { device, plan, memoryBytes: 1000 })).rejects.toThrow(/^memory: .*, 1\.00 kB may be used/);
  expect(left()).toBe(0);
  expect(plan.forecast.memory).toBeGreaterThan(1e5);
});

/** Samples of these classes and groups. */
const grouped = (classes: string, groups: string) => {
  const y = Uint32Array.from(classes, Number);
  return { ...table({ samples: y.length, features: 4, classes: Math.max(...y) + 1 }), y, groups: groups.split("") };
};

test("folds of which one class alone can be tested are refused before anything is timed, with the class and the group", async () => {
  const inGroup = (c: number, group: string) => `all samples of class "class ${c}" are in one group, "${group}"`;
  const cases = [
    [grouped("01010101", "abababab"), `table: ${inGroup(0, "a")}`], // the group is the class
    [grouped("0101010101", "abcbdbebfb"), `table: ${inGroup(1, "b")}`],
    [grouped("01010101", "aabbaabb"), `table: the estimate holds out a fold, and in the rest ${inGroup(0, "")}`.slice(0, -2)],
    [grouped("0101010101", "abcbdbebfg"), `table: the estimate holds out a fold, and in the rest ${inGroup(1, "")}`.slice(0, -2)],
    [table({ samples: 4 }), "table: the estimate holds out a fold, and in the rest class "],
  ] as const;
  for (const [data, message] of cases) await expect(findModel(data, { device })).rejects.toThrow(message);
  await expect(findModel(cases[2][0], { device })).rejects.toThrow(
    /cannot be both learnt and tested; give --estimate none, or other groups \(--group\), or none$/,
  );
  expect(left()).toBe(0);
  const three = grouped("012012012012012", "abcdecfgchicjkc"); // a third class that is never tested
  await findModel(three, { device, budget: 1e-9 }).catch((error) => expect(error.message).toMatch(/^budget: /));
});

test("features without any value in what some training learns from are refused by name before anything is timed", async () => {
  const data = table({ samples: 20, features: 4 });
  const featureNames = ["a", "b", "rare", "d"];
  const knownIn = (samples: number[]) => {
    const x = data.x.map((value, k) => (k % 4 === 2 && !samples.includes(Math.floor(k / 4)) ? Number.NaN : value));
    return { ...data, x, featureNames, missing: "median" as const };
  };
  await expect(findModel(knownIn([3]), { device, estimate: "none" })).rejects.toThrow(
    "table: a fold is held out, and in the rest there is no value of rare, so no median; leave out what has so few values",
  );
  await expect(findModel(knownIn([3, 4]), { device })).rejects.toThrow(
    /^table: (the estimate|a fold) .* there is no value of rare, .*missing: drop-features/,
  );
  expect(left()).toBe(0);
  await expect(findModel(knownIn([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]), { device, budget: 1e-9 })).rejects.toThrow(/^budget: /);
});

test.each([
  [[1, 0, 1, 0, 1, 1, 0, 0], "has several labels; fit finds classifiers: train a network with task multi-label"],
  [[3, 0, 5, 1, 4, 1, 2, 0], "has survival times and events; fit finds classifiers: train a network with task survival"],
  [[3, 0.5, 5, 1, 4, 1, 2, 0], "has numbers to learn; fit finds classifiers: train a network with task regression"],
])("what is no classification is named, with the task that learns it (%#)", async (targets, message) => {
  const { x, name } = table({ samples: 4, features: 4 });
  await expect(findModel(makeDataset({ name, x, features: 4, targets }), { device })).rejects.toThrow(message);
});
