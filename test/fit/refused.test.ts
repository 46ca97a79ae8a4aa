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
  metric: [...WRONG.name, "rmse", "concordance"],
  task: [...WRONG.name, "reconstruct", "regression", "survival"],
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

const learning = (targets: number[], targetNames: string[], groups?: string[]) => {
  const { x, name } = table({ samples: targets.length / targetNames.length, features: 4 });
  return makeDataset({ name, x, features: 4, targets, targetNames, ...(groups && { groups }) });
};
const TWELVE = Array.from({ length: 12 }, (_, i) => i);
/** Of twelve samples, those whose event came. */
const events = (...came: number[]) => TWELVE.flatMap((i) => [i + 1, Number(came.includes(i))]);

test.each([
  [
    learning(
      TWELVE.map(() => 3),
      ["y"],
    ),
    "regression",
    /^table: .*target "y" is 3 in all \d+ training samples: there is nothing to learn/,
  ],
  [
    learning(
      TWELVE.flatMap((i) => [i % 2, Number(i === 3)]),
      ["a", "b"],
      TWELVE.map((i) => (i === 3 || i === 5 ? "one" : String(i))),
    ),
    "multi-label",
    /^budget: /, // a label in one group is always learnt, and never tested
  ],
  [
    learning(
      TWELVE.flatMap((i) => [i % 2, Number(i !== 3)]),
      ["a", "b"],
    ),
    "multi-label",
    /^budget: /, // so is the lack of one
  ],
  [learning(events(), ["time", "event"]), "survival", /^table: no event came among its 12 samples/],
  [learning(events(3), ["time", "event"]), "survival", /^budget: /],
  [
    learning(
      TWELVE.flatMap((i) => [-i, 1]),
      ["time", "event"],
    ),
    "survival",
    /^table: sample 2: time "time" is -1, expected/,
  ],
  [learning(TWELVE, ["y"]), "survival", /^table: it has numbers to learn \(y\); survival learns a time and an event/],
  [learning(TWELVE, ["y"]), "classification", /^table: it has numbers to learn \(y\) and no classes/],
  [table({ samples: 12 }), "regression", /^table: it has 2 classes and no numbers to learn/],
  [
    table({ samples: 12 }),
    "reconstruct",
    /^task: fit finds models that predict labels, not reconstruct; train a network with coppice train --task reconstruct$/,
  ],
  [
    learning(
      TWELVE,
      ["y"],
      TWELVE.map(() => "all"),
    ),
    "regression",
    /^table: 1 group of samples cannot be held out in turns/,
  ],
] as const)(
  "what a task has against learning some data, or some part of them, is told before anything is timed (%#)",
  async (data, task, message) => {
    const asked = { device, task, estimate: "none", budget: 1e-9 } as const;
    await expect(findModel(data, asked)).rejects.toThrow(message);
  },
);

test("a plan says the task: of another one it is refused", async () => {
  const data = learning(TWELVE, ["y"]);
  const plan = smallPlan(data, {}, "regression");
  await expect(findModel(data, { device, plan, task: "survival" })).rejects.toThrow(
    "task: survival contradicts the plan, which is for regression; leave it out",
  );
  await expect(findModel(data, { device, plan: { ...plan, task: undefined } })).rejects.toThrow(/it has numbers to learn/);
});
