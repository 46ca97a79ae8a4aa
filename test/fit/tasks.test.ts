import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { makeDataset } from "../../src/data/make-dataset.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { fit as findModel } from "../../src/fit/fit.js";
import { fitReportParts } from "../../src/fit/report/report.js";
import { fitTables } from "../../src/fit/report/tables-csv.js";
import { memoryStore } from "../../src/fit/store.js";
import type { TaskName } from "../../src/tasks/index.js";
import { loadModel } from "../../src/train/model.js";
import { random } from "../../src/util/random.js";
import { smallPlan } from "./tables.js";

// Whole fits of other tasks than classes, by plans that are small enough.

const device = createCpuDevice({ threads: 1 });
const outer = { folds: 3, repeats: 1 };
const FEATURES = 5;
/** Seconds of the shortest plan of survival, whose batches are large, so that it takes more epochs. */
const BUDGET = 1200;

/** Samples of which the first feature tells what is learnt, in `columns` of a row; the others are noise. */
function dataOf(targetNames: string[], columns: (first: number, chance: () => number) => number[], samples = 60): Dataset {
  const rng = random(5, "tasks");
  const rows = Array.from({ length: samples }, () => Array.from({ length: FEATURES }, () => rng.normal()));
  const targets = rows.flatMap(([first]) => columns(first, () => rng.float()));
  return makeDataset({ name: "drawn", x: Float32Array.from(rows.flat()), features: FEATURES, targets, targetNames });
}
const TABLES: Readonly<Record<string, { task: TaskName; data: Dataset; floor: string; answers: string }>> = {
  number: { task: "regression", data: dataOf(["y"], (x, rest) => [100 + 20 * x + 4 * rest()]), floor: "mean", answers: "values" },
  numbers: {
    task: "regression",
    data: dataOf(["a", "b"], (x, rest) => [100 + 20 * x + 4 * rest(), 0.02 * rest() - 0.1 * x]),
    floor: "mean",
    answers: "values",
  },
  labels: {
    task: "multi-label",
    data: dataOf(["a", "b", "c"], (x, rest) => [Number(x > 0), Number(x < 0.5), Number(rest() < 0.4)]),
    floor: "frequencies",
    answers: "probabilities",
  },
  times: {
    task: "survival",
    data: dataOf(["time", "event"], (x, rest) => [Math.exp(-x - rest()), Number(rest() < 0.7)]),
    floor: "chance",
    answers: "values",
  },
};
const shuffled = (data: Dataset): Dataset => {
  const { targets = new Float64Array(), samples } = data;
  const order = Uint32Array.from({ length: samples }, (_, i) => i);
  random(3, "shuffled").shuffle(order);
  const width = targets.length / samples;
  return { ...data, targets: targets.map((_, k) => targets[order[Math.floor(k / width)] * width + (k % width)]) };
};

test.each(Object.entries(TABLES))(
  "%s: found, estimated, reported, and the model answers",
  async (_, { task, data, floor, answers }) => {
    const plan = smallPlan(data, { outer }, task, task === "survival" ? BUDGET : undefined);
    expect(plan.task).toBe(task);
    const result = await findModel(data, { device, plan });
    const tested = result.estimate?.folds.flatMap(({ test }) => test) ?? [];
    expect(tested.toSorted((a, b) => a - b)).toEqual(Array.from({ length: data.samples }, (_, i) => i));
    expect(Object.keys(result.estimate?.baselines ?? {})).toEqual(["linear", floor]);
    expect(result.estimate?.beyond[floor].low).toBeGreaterThan(0);
    expect(result.estimate?.sets).toBeUndefined();
    expect(result.model.conformal).toBeUndefined();
    expect(result.model.config.task).toBe(task);
    const { network, linear } = result.chosen.weights;
    expect(network + linear).toBeCloseTo(1);
    const model = loadModel(device, result.model);
    const predicted = (await model.predict(data.x)) as object as Record<string, ArrayLike<number>>;
    await model.dispose();
    expect(predicted[answers].length % data.samples).toBe(0);
    const text = JSON.stringify(fitReportParts({ result }));
    expect(text).toContain("Samples held out");
    expect(text).not.toMatch(/NaN|undefined/);
    const { "held-out.csv": csv, "measures.csv": measures } = fitTables(result);
    expect(csv.split("\n")).toHaveLength(data.samples + 2);
    expect(measures).toContain(`\n${floor},`);
  },
);

test.each(Object.entries(TABLES))("%s: shuffled, nothing is told beyond chance", async (_, { task, data, floor }) => {
  const none = shuffled(data);
  const { estimate } = await findModel(none, {
    device,
    plan: smallPlan(none, { outer }, task, task === "survival" ? BUDGET : undefined),
  });
  expect(estimate?.beyond[floor].low).toBeLessThanOrEqual(0);
  const { r2, concordance } = estimate?.measures ?? {};
  if (r2) expect(r2.mean).toBeLessThan(0.15);
  if (concordance) expect(Math.abs(concordance.mean - 0.5)).toBeLessThan(0.2);
});

test.each([
  ["a label that one sample has", "multi-label", dataOf(["a", "b"], (x) => [Number(x > 0), 0])],
  ["two events", "survival", dataOf(["time", "event"], (x) => [Math.exp(-x), 0])],
] as const)("%s: estimated all the same, with what is defined", async (_, task, { targets = [], ...data }) => {
  const rare = task === "survival" ? [20, 40] : [30];
  const own = { ...data, targets: Float64Array.from(targets, (value, k) => (rare.includes((k - 1) / 2) ? 1 : value)) };
  const plan = smallPlan(own, { outer: { folds: 5, repeats: 1 } }, task, task === "survival" ? BUDGET : undefined);
  const { estimate, verdict } = await findModel(own, { device, plan });
  expect(estimate?.folds.every(({ shuffled = [] }) => shuffled.length === FEATURES)).toBe(true);
  expect(verdict).not.toMatch(/NaN|Infinity/);
});

test("survival of which no event is before another is refused before anything is trained", async () => {
  const data = dataOf(["time", "event"], (x) => [2, Number(x > -9)]);
  const plan = smallPlan(data, {}, "survival", BUDGET);
  await expect(findModel(data, { device, plan })).rejects.toThrow("in the rest); there is nothing to learn");
});

test("of numbers a fit that was stopped goes on to the same answer", async () => {
  const { data } = TABLES.number;
  const plan = smallPlan(data, {}, "regression");
  const small = {
    ...plan,
    folds: 2,
    candidates: { network: plan.candidates.network.slice(0, 1), linear: plan.candidates.linear.slice(0, 1) },
  };
  const whole = await findModel(data, { device, plan: small });
  const store = memoryStore();
  const stop = new AbortController();
  let left = 3;
  const put: typeof store.put = (name, bytes) => {
    if (--left === 0) stop.abort(new Error("stopped"));
    return store.put(name, bytes);
  };
  await expect(findModel(data, { device, plan: small, store: { ...store, put }, signal: stop.signal })).rejects.toThrow(
    "stopped",
  );
  const again = await findModel(data, { device, plan: small, store });
  expect(again.model.network).toEqual(whole.model.network);
  expect(again.trials).toEqual(whole.trials);
});
