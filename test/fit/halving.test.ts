import fc from "fast-check";
import { expect, test } from "vitest";
import { lastRemoval, linearCandidates, networkCandidates } from "../../src/fit/candidates.js";
import { bestStop, curveOf, legsOf, survivors } from "../../src/fit/halving.js";
import { chooseAll, classNotes, partsOf } from "../../src/fit/parts.js";
import { planFit, rungsOf, secondsOf } from "../../src/fit/plan.js";
import type { TaskName } from "../../src/tasks/index.js";
import { blendWeights, crossEntropyOf } from "../../src/tasks/judging/blend-weights.js";
import { judgeClasses } from "../../src/tasks/judging/classes.js";
import { table } from "./tables.js";

// What needs no training: plans, folds, rungs, weights.

const timed = { network: { start: 0.2, epoch: 0.1 }, linear: { start: 0.1, epoch: 0.01 } };
const request = { device: "cpu", seed: 1, members: 10, estimate: "quick", budget: 600, timed } as const;

test("a plan is a function of data, budget and what was timed, and takes no more than the budget", () => {
  const data = table();
  for (const budget of [400, 600, 3600, 1e6]) {
    const plan = planFit(data, { ...request, budget });
    expect(plan).toEqual(planFit(data, { ...request, budget }));
    expect(secondsOf(plan)).toBeLessThanOrEqual(budget);
    expect(plan.candidates.linear.length).toBe(3 * plan.candidates.network.length);
    expect(plan.rungs.every(({ epoch }) => epoch % plan.stop === 0)).toBe(true);
  }
  const sizes = [400, 3600, 1e6].map((budget) => planFit(data, { ...request, budget }).candidates.network.length);
  expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
  expect(() => planFit(data, { ...request, budget: 30 })).toThrow(
    /^budget: 30\.0 s is too short for one evaluation: a search of one network on 5 folds takes about .* give at least \d+s, or --estimate none$/,
  );
});

test("the seconds of a plan are those of its trainings, one by one", () => {
  const { candidates, rungs, forecast, folds, repeats } = planFit(table(), { ...request, estimate: "none" });
  let sum = 0;
  for (const family of ["network", "linear"] as const) {
    const { start, epoch } = timed[family];
    for (const leg of legsOf(rungs, family, candidates[family].length))
      for (let training = 0; training < leg.alive * folds * repeats; training++)
        for (let e = leg.from; e <= leg.epoch; e++) sum += e === leg.from ? start : 0.8 * epoch;
  }
  expect(forecast.search).toBeCloseTo(sum, 6);
});

test("a third of the candidates goes on, then half; where all would, none rests", () => {
  const rungs = rungsOf(100, { network: 9, linear: 2 });
  expect(legsOf(rungs, "network", 9)).toEqual([
    { from: 0, epoch: 20, alive: 9, keep: 3 },
    { from: 20, epoch: 50, alive: 3, keep: 2 },
    { from: 50, epoch: 100, alive: 2, keep: 1 },
  ]);
  expect(legsOf(rungs, "linear", 2)).toEqual([
    { from: 0, epoch: 50, alive: 2, keep: 1 },
    { from: 50, epoch: 100, alive: 1, keep: 1 },
  ]);
});

test("candidates are what suits the data first, and no axis of the others has a gap", () => {
  const frame = { data: table({ features: 600 }), seed: 3, epochs: 100, stop: 5 };
  const networks = networkCandidates(frame, 12);
  expect(networks[0].options.method).toBe("npset");
  expect(new Set(networks.map(({ options }) => options.method))).toEqual(new Set(["npset", "set"])); // dense would be dear
  for (const { options } of networks) expect(lastRemoval(options)).toBe(options.method === "npset" ? 50 : 0);
  const normed = networks.filter(({ options }) => options.norm === "batch");
  expect(normed.length).toBeGreaterThan(2);
  for (const { name, options } of normed) expect([name.endsWith(", batch norm"), options.dropLast]).toEqual([true, true]);
  const few = networkCandidates({ ...frame, fewest: 7 }, 12); // not even one batch: no step would be left
  expect(few.filter(({ options }) => options.norm)).toEqual([]);
  const rates = linearCandidates(frame, 30).map(({ options }) => Math.log(options.lr as number));
  const sorted = rates.toSorted((a, b) => a - b);
  const gap = Math.max(...sorted.slice(1).map((rate, i) => rate - sorted[i]));
  expect(gap).toBeLessThan((2.1 * Math.log(1000)) / 30);
});

test("networks of numbers begin with a tenth of the rate: their losses have no bound", () => {
  const frame = { data: table({ features: 10 }), seed: 3, epochs: 100, stop: 5 };
  const rates = (task: TaskName) => networkCandidates({ ...frame, task }, 6).map(({ options }) => options.lr as number);
  expect(rates("regression")[0]).toBe(0.0005);
  expect(Math.max(...rates("regression"))).toBeLessThanOrEqual(0.001);
  expect(rates("multi-label")[0]).toBe(0.005);
});

test("a plan has no more folds than groups", () => {
  const data = { ...table({ samples: 40 }), groups: Array.from({ length: 40 }, (_, i) => `patient ${i % 3}`) };
  const plan = planFit(data, { ...request, budget: 1e6 });
  expect([plan.folds, plan.outer?.folds]).toEqual([3, 3]);
  const parts = partsOf(chooseAll(data), plan, "whole");
  expect(parts).toHaveLength(plan.folds * plan.repeats);
});

test("the best stop is the least cross-entropy after the last removal, of equals the earlier", () => {
  const curve = [0.5, 0.9, 0.7, 0.7].map((score, i) => ({ epoch: 5 * (i + 1), score, beside: 0 }));
  expect(bestStop(curve, 0, judgeClasses.score)?.epoch).toBe(5);
  expect(bestStop(curve, 5, judgeClasses.score)?.epoch).toBe(15);
  expect(bestStop(curve, 20, judgeClasses.score)?.epoch).toBe(5);
  expect(bestStop([], 0, judgeClasses.score)).toBeUndefined();
  expect(bestStop(curve, 0, { name: "larger", better: "larger" })?.epoch).toBe(10);
  expect(survivors(["a", "b", "c", "d"], (item) => ({ a: Infinity, b: 2, c: 1, d: 2 })[item] as number, 2)).toEqual(["b", "c"]);
});

test("a curve is over the samples of all folds, and there is none if one diverged", () => {
  const training = (said: number[]) => ({ epoch: 5, diverged: false, stops: [{ epoch: 5, said }] });
  const [one, two] = [training([0.5, 1, 0.25, 0]), training([1, 1])]; // probability of the class, and whether it was taken
  const held = [[0, 1], [0]].map((targets) => ({ targets, outputs: 2 }));
  expect(curveOf(judgeClasses, [one, two], held)).toEqual([{ epoch: 5, score: (Math.log(2) + Math.log(4)) / 3, beside: 2 / 3 }]);
  expect(curveOf(judgeClasses, [one, { ...two, diverged: true }], held)).toEqual([]);
});

test("weights of a blend are the most likely ones, pulled towards even ones", () => {
  const probability = fc.double({ min: 0, max: 1, noNaN: true });
  const samples = fc.array(fc.tuple(probability, probability), { minLength: 1, maxLength: 40 });
  fc.assert(
    fc.property(samples, (pairs) => {
      const truths = [0, 1].map((k) => Float64Array.from(pairs, (pair) => Math.max(2 ** -24, pair[k])));
      const [w] = blendWeights(truths);
      const score = (weight: number) => {
        const likelihood = pairs.length * -crossEntropyOf(truths[0].map((p, i) => weight * p + (1 - weight) * truths[1][i]));
        return likelihood + 5 * (Math.log(weight) + Math.log(1 - weight));
      };
      for (let other = 0.02; other < 1; other += 0.02) expect(score(w)).toBeGreaterThanOrEqual(score(other) - 1e-6);
    }),
    { numRuns: 40 },
  );
  const sure = Float64Array.from({ length: 1000 }, () => 0.9);
  const guess = Float64Array.from({ length: 1000 }, () => 0.5);
  expect(blendWeights([sure, guess])[0]).toBeGreaterThan(0.98);
  expect(blendWeights([sure.slice(0, 2), guess.slice(0, 2)])[0]).toBeLessThan(0.6);
});

test("folds hold out every sample once, but a class that is in one group; groups stay whole and small classes are told", () => {
  const y = Uint32Array.from("00000011111122", Number);
  const groups = Array.from(y, (c, i) => (c === 2 ? "both" : i < 2 ? "pair" : String(i)));
  const data = { ...table({ samples: 14, classes: 3 }), y, groups };
  const parts = partsOf(chooseAll(data), { seed: 1, folds: 5, repeats: 2 }, "t");
  for (const repeat of [0, 1]) {
    const round = parts.filter((part) => part.repeat === repeat);
    expect(round.flatMap(({ test }) => test).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
    for (const { test, train, heldOut } of round) {
      expect(test.includes(0)).toBe(test.includes(1));
      expect([train.data.samples, heldOut.data.samples]).toEqual([14 - test.length, test.length]);
      expect(Array.from(train.data.y).filter((c) => c === 2).length).toBe(2);
    }
  }
  expect(classNotes(data, 7)).toEqual([
    'fewer groups than the 7 folds have "class 0" (5), "class 1" (6): they are spread as far as they go',
    'all samples of "class 2" are alike or of one group: they are learnt and never tested',
  ]);
  const labels = { ...data, groups: undefined, classes: [], targetNames: ["a", "b"] };
  const targets = Float64Array.from({ length: 28 }, (_, k) => Number(k === 9 || (k % 2 === 0 && k < 7)));
  expect(classNotes({ ...labels, targets }, 5, "multi-label")).toEqual([
    'fewer samples than the 5 folds have "a" (4): they are spread as far as they go',
    'all samples of "b" are alike or of one group: they are learnt and never tested',
  ]);
  const folds = partsOf(chooseAll({ ...labels, targets }), { task: "multi-label", seed: 1, folds: 5, repeats: 1 }, "t");
  expect(folds.flatMap(({ test }) => test).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13]); // 4 has b
  const rare = targets.map((value, k) => (k % 2 === 0 ? value : 1 - value));
  expect(classNotes({ ...labels, targets: rare }, 5, "multi-label")[1]).toMatch(/^all samples of "no b" are alike /);
  const lacking = partsOf(chooseAll({ ...labels, targets: rare }), { task: "multi-label", seed: 1, folds: 5, repeats: 1 }, "t");
  expect(lacking.flatMap(({ test }) => test).toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 5, 6, 7, 8, 9, 10, 11, 12, 13]); // 4 has no b
  for (const seed of [1, 2, 3, 4, 5]) {
    const two = Float64Array.from({ length: 28 }, (_, k) => (k % 2 === 0 ? Number(k < 14) : Number(k > 3)));
    const round = partsOf(chooseAll({ ...labels, targets: two }), { task: "multi-label", seed, folds: 5, repeats: 1 }, "t");
    for (const { test } of round) expect(test.filter((i) => i < 2).length).toBeLessThan(2); // 0 and 1 have no b, and 2 has it
  }
});
