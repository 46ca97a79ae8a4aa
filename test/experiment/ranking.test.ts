import fc from "fast-check";
import { expect, test } from "vitest";
import { rankFeatures } from "../../src/experiment/repeat/ranking.js";
import { random } from "../../src/util/random.js";

const runsOf = (features: number) =>
  fc.array(fc.array(fc.double({ min: 0, max: 9, noNaN: true }), { minLength: features, maxLength: features }), {
    minLength: 2,
    maxLength: 6,
  });
const asArrays = (runs: readonly (readonly number[])[]) => runs.map((run) => Float64Array.from(run));

test("a case counted by hand", () => {
  const runs = asArrays([
    [4, 3, 2, 1, 0, 0],
    [1, 5, 0, 4, 0, 0],
    [0, 3, 3, 0, 0, 0],
  ]);
  const { features, agreement, top } = rankFeatures(runs, { top: 2 });
  expect(top).toBe(2);
  expect(features.map(({ feature }) => feature)).toEqual([1, 2, 0, 3, 4, 5]);
  // first two: {0, 1}, {1, 3}, {1, 2}; every pair shares feature 1
  expect(features.map(({ frequency }) => 3 * frequency)).toEqual([3, 1, 1, 1, 0, 0]);
  expect(features[0].strength).toBeCloseTo((6 * (3 / 10 + 5 / 10 + 3 / 6)) / 3, 12);
  expect(features[0].rank).toBeCloseTo((2 + 1 + 1) / 3, 12);
  expect(features[5].strength).toBe(0);
  expect(agreement?.overlap).toBeCloseTo(1 / 2, 12);
  expect(agreement?.kuncheva).toBeCloseTo((1 - 4 / 6) / (2 - 4 / 6), 12);
});

test("agreement is the mean over all pairs of runs, counted one by one", () => {
  fc.assert(
    fc.property(runsOf(12), fc.integer({ min: 1, max: 11 }), (runs, top) => {
      const sets = runs.map((run) => {
        const order = run.map((_, j) => j).sort((a, b) => run[b] - run[a] || a - b);
        return new Set(order.slice(0, top));
      });
      let [overlap, kuncheva, pairs] = [0, 0, 0];
      for (let a = 0; a < sets.length; a++) {
        for (let b = a + 1; b < sets.length; b++) {
          const shared = [...sets[a]].filter((j) => sets[b].has(j)).length;
          overlap += shared / top;
          kuncheva += (shared * 12 - top * top) / (top * (12 - top)); // Kuncheva's own form: (r n - k^2) / (k (n - k))
          pairs++;
        }
      }
      const { agreement } = rankFeatures(asArrays(runs), { top });
      expect(agreement?.overlap).toBeCloseTo(overlap / pairs, 10);
      expect(agreement?.kuncheva).toBeCloseTo(kuncheva / pairs, 10);
    }),
    { numRuns: 100 },
  );
});

test("the order of the runs changes nothing, to the last bit", () => {
  fc.assert(
    fc.property(runsOf(9), fc.nat(), fc.integer({ min: 1, max: 8 }), (runs, seed, top) => {
      const order = Uint32Array.from(runs, (_, r) => r);
      random(seed, "order").shuffle(order);
      const permuted = Array.from(order, (r) => runs[r]);
      const ranking = rankFeatures(asArrays(runs), { top });
      expect(rankFeatures(asArrays(permuted), { top })).toEqual(ranking);
    }),
    { numRuns: 100 },
  );
});

test("equal runs agree wholly, and runs drawn at random not beyond chance", () => {
  const rng = random(1, "strengths");
  const draw = () => Float64Array.from({ length: 500 }, () => rng.float());
  const one = draw();
  expect(rankFeatures([one, one, one]).agreement).toEqual({ overlap: 1, kuncheva: 1 });
  const many = rankFeatures(Array.from({ length: 30 }, draw)).agreement;
  expect(Math.abs(many?.kuncheva ?? 1)).toBeLessThan(0.02);
  expect(many?.overlap).toBeCloseTo(20 / 500, 1);
  expect(rankFeatures([one]).agreement).toBeNull();
});

test("what cannot be ranked is refused", () => {
  const run = new Float64Array(10);
  expect(() => rankFeatures([])).toThrow("no runs are given");
  expect(() => rankFeatures([run])).toThrow("top: 20 is not an integer from 1 to 9");
  expect(() => rankFeatures([run, new Float64Array(9)], { top: 3 })).toThrow("a run has 9 features, another 10");
  expect(() => rankFeatures([Float64Array.of(1, Number.NaN)], { top: 1 })).toThrow("strength: NaN");
});
