import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { answerOf } from "../../../bench/studies/generalization-2/ensemble.js";
import { trainSound } from "../../../bench/studies/generalization-2/networks.js";
import type { Unit, UnitResult } from "../../../bench/studies/generalization-2/records.js";
import { runUnits } from "../../../bench/studies/generalization-2/run.js";
import { partsOf } from "../../../bench/studies/generalization-2/splits.js";
import { openStore, readStored } from "../../../bench/studies/generalization-2/store.js";
import { STUDY } from "../../../bench/studies/generalization-2/study.js";
import { DECAYS, RATES, tune, walk } from "../../../bench/studies/generalization-2/tune.js";
import { unitsOf } from "../../../bench/studies/generalization-2/units.js";
import { CoppiceError, digits } from "../../../src/api/index.js";

const folder = mkdtempSync(join(tmpdir(), "coppice-study-2-"));
afterAll(() => rmSync(folder, { recursive: true }));

const UNIT: Unit = { dataset: "a", split: 0, arm: "set" };
const resultOf = (unit: Unit): UnitResult => ({
  ...unit,
  version: "0",
  seed: 1,
  data: { sha256: "", features: 1, classes: 2, trainSamples: 1, testSamples: 1 },
  answers: {},
  seconds: 1,
});

describe("the walk over a grid", () => {
  it("finds the least of a valley from wherever it begins, asking about no value twice", async () => {
    for (const least of RATES.keys()) {
      const asked: number[] = [];
      const found = await walk(RATES, [1e-3, 3e-4, 3e-3], async (value) => {
        asked.push(value);
        return Math.abs(RATES.indexOf(value) - least);
      });
      expect(found).toBe(RATES[least]);
      expect(new Set(asked).size).toBe(asked.length);
    }
  });

  it("tunes the decay at the best rate, and says whether an end of the grid won", async () => {
    const inside = await tune(async (lr, decay) => Math.abs(Math.log10(lr) + 2) + Math.abs(decay - 1));
    expect(inside).toMatchObject({ lr: 0.01, decay: 1, loss: 0, edge: false });
    expect(await tune(async (lr) => lr)).toMatchObject({ lr: 1e-6, decay: 0, edge: true });
    expect(await tune(async (lr, decay) => -decay + (lr - 0.01) ** 2)).toMatchObject({ decay: DECAYS.at(-1), edge: true });
    await expect(tune(async () => null)).rejects.toThrow("tuning: training diverged at every rate");
  });

  it("counts a training that diverged as infinitely bad", async () => {
    expect(await tune(async (lr) => (lr > 1e-4 ? null : 1 - lr))).toMatchObject({ lr: 1e-4 });
  });

  it("goes down to the best of the lower rates where training diverges after all, for as long as there is one", async () => {
    const tuned = await tune(async (lr, decay) => Math.abs(Math.log10(lr) + 2.4) + Math.abs(decay - 1));
    expect(tuned).toMatchObject({ lr: 3e-3, decay: 1 });
    const rates: number[] = [];
    const found = await trainSound(tuned, async ({ lr }) => {
      rates.push(lr);
      if (lr > 3e-4) throw new CoppiceError("training diverged", "failure", "diverged");
      return { answer: 42 };
    });
    expect(rates).toEqual([3e-3, 1e-3, 3e-4]);
    expect(found).toMatchObject({ answer: 42, tuned: { lr: 3e-4, decay: 0, diverged: [3e-3, 1e-3], trials: tuned.trials } });
    const always = async () => Promise.reject(new CoppiceError("training diverged", "failure", "diverged"));
    await expect(trainSound(tuned, always)).rejects.toThrow("training diverged at the rate 0.0003, and none below it is sound");
    await expect(trainSound(tuned, async () => Promise.reject(new Error("other")))).rejects.toThrow("other");
  });
});

it("an ensemble's answer: average, members by themselves, groups of M, disagreement", () => {
  const members = [
    [0.9, 0.1, 0.9, 0.1],
    [0.4, 0.6, 0.8, 0.2],
    [0.3, 0.7, 0.4, 0.6],
  ].map((probabilities) => Float64Array.from(probabilities));
  const truth = { y: Uint32Array.of(0, 1), classes: ["a", "b"] };
  const two = answerOf({ probabilities: members, parameters: [5, 6, 7] }, truth, 2);
  // averages of the first two: 0.65, 0.35 and 0.85, 0.15
  expect(two).toMatchObject({ members: 2, accuracy: 0.5, correct: "10", parameters: 11, alone: [0.5, 0, 0.5] });
  expect(two.disagreement).toBe(0.5); // on the first sample alone
  // of all three: 0.533, 0.467 and 0.7, 0.3
  expect(two.curve).toEqual([1 / 3, 0.5, 0.5]);
});

it("splits are stratified, without a sample in both parts, and drawn down to the most samples", async () => {
  const { train, test } = partsOf(await digits(), { ...STUDY, most: { train: 300, test: 100 } }, 7);
  expect([train.samples, test.samples]).toEqual([300, 100]);
  const rows = (set: typeof train) =>
    Array.from({ length: set.samples }, (_, i) => (set.x as Float32Array).slice(64 * i, 64 * (i + 1)).join());
  const trained = new Set(rows(train));
  expect(rows(test).filter((row) => trained.has(row))).toEqual([]);
  for (let c = 0; c < 10; c++) expect(train.y.filter((own) => own === c).length).toBeGreaterThan(25);
});

it("the clock's arm comes last, and splits one after another, the cheapest dataset first", () => {
  const units = unitsOf(STUDY, ({ dataset }) => dataset.length);
  expect(units).toHaveLength(18 * 3 * 6);
  expect(units.slice(-54).every(({ arm }) => arm === "fit")).toBe(true);
  expect(units[0]).toEqual({ dataset: "ORL", split: 0, arm: "blend" });
  const others = units.slice(0, -54).map(({ split }) => split);
  expect(others).toEqual(others.toSorted());
});

it("a folder keeps results as they come; a last line that was cut off is run again", () => {
  const to = join(folder, "cut");
  openStore(to).add({ failed: { ...UNIT, reason: "no memory" } });
  openStore(to).add({ result: resultOf(UNIT) });
  const file = join(to, "results.jsonl");
  writeFileSync(file, `${readFileSync(file, "utf8")}{"result":{"dataset":"b","spl`);
  openStore(to).add({ result: resultOf({ ...UNIT, split: 1 }) });
  const { results, failed } = readStored(to);
  expect([[...results.keys()], failed.size]).toEqual([["a/0/set", "a/1/set"], 0]);
  writeFileSync(file, "{}\n");
  expect(() => readStored(to)).toThrow(`${file}, line 1: is neither a result nor a failure`);
});

it("units that fail do not stop the others, and after the time is over none is started", async () => {
  const store = openStore(join(folder, "run"));
  const units = [0, 1, 2, 3].map((split) => ({ ...UNIT, split }));
  let started = 0;
  const left = await runUnits({
    units,
    store,
    isOver: () => started === 3,
    slots: [
      async (unit) => {
        if (++started === 2) throw new Error("lost");
        return resultOf(unit);
      },
    ],
  });
  expect(left).toEqual([units[3]]);
  expect([...store.results.keys()]).toEqual(["a/0/set", "a/2/set"]);
  expect(store.failed.get("a/1/set")?.reason).toContain("lost");
});
