import fc from "fast-check";
import { expect, test } from "vitest";
import { takeIteratively } from "../../src/data/iterative-split.js";
import { random } from "../../src/util/random.js";
import { numRuns } from "../matrix.js";

const rows = fc
  .integer({ min: 1, max: 4 })
  .chain((width) =>
    fc.record({
      width: fc.constant(width),
      labels: fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: width, maxLength: width }), {
        minLength: 10,
        maxLength: 60,
      }),
      fraction: fc.double({ min: 0.2, max: 0.8, noNaN: true }),
      seed: fc.nat(),
    }),
  );
const take = (labels: number[][], fraction: number, seed: number, groups?: readonly string[]) => {
  const samples = labels.length;
  const pool = Uint32Array.from({ length: samples }, (_, i) => i);
  const set = { name: "set", samples, ...(groups && { groups }) };
  return takeIteratively(set, Uint8Array.from(labels.flat()), pool, fraction, random(seed, "test"));
};

test("the rarest label and labels that exclude one another are shared to within one sample", () => {
  fc.assert(
    fc.property(rows, ({ labels, width, fraction, seed }) => {
      const of = (l: number) => labels.flatMap((row, i) => (row[l] === 1 ? [i] : []));
      const taken = take(labels, fraction, seed);
      expect(take(labels, fraction, seed)).toEqual(taken);
      const counts = Array.from({ length: width }, (_, l) => of(l).length).filter((count) => count > 0);
      const l = Array.from({ length: width }, (_, c) => c).find((c) => of(c).length === Math.min(...counts));
      if (l !== undefined) expect(Math.abs(of(l).filter((i) => taken.has(i)).length - fraction * of(l).length)).toBeLessThan(1);
      const alone = labels.map((row) => row.map((_, c) => Number(c === row.indexOf(1))));
      const parted = take(alone, fraction, seed);
      for (let c = 0; c < width; c++) {
        const own = alone.flatMap((row, i) => (row[c] === 1 ? [i] : []));
        expect(Math.abs(own.filter((i) => parted.has(i)).length - fraction * own.length)).toBeLessThan(1);
      }
    }),
    numRuns(200),
  );
});

test("groups stay whole, and labels that go together are shared more evenly than by lot", () => {
  const rng = random(4, "labels");
  const labels = Array.from({ length: 300 }, () => [0.5, 0.2, 0.1, 0.04].map((share) => Number(rng.float() < share)));
  const groups = labels.map((_, i) => String(i >> 2));
  const parted = take(labels, 0.3, 2, groups);
  for (const i of parted) expect(parted.has(i ^ 1) && parted.has(i ^ 2)).toBe(true);
  const off = (taken: ReadonlySet<number>) =>
    [0, 1, 2, 3].reduce((sum, l) => {
      const own = labels.flatMap((row, i) => (row[l] === 1 ? [i] : []));
      return sum + Math.abs(own.filter((i) => taken.has(i)).length / own.length - 0.3);
    }, 0);
  const seeds = Array.from({ length: 20 }, (_, seed) => seed);
  const mean = (of: (seed: number) => number) => seeds.reduce((sum, seed) => sum + of(seed), 0) / seeds.length;
  const byLot = (seed: number) => {
    const order = Uint32Array.from({ length: 300 }, (_, i) => i);
    random(seed, "lot").shuffle(order);
    return new Set(order.subarray(0, 90));
  };
  expect(mean((seed) => off(take(labels, 0.3, seed)))).toBeLessThan(0.3 * mean((seed) => off(byLot(seed))));
});

test("the one sample, or group, that lacks a label stays in the larger part", () => {
  fc.assert(
    fc.property(fc.nat(19), fc.double({ min: 0.1, max: 0.45, noNaN: true }), fc.nat(), (lacking, fraction, seed) => {
      const labels = Array.from({ length: 20 }, (_, i) => [Number(i !== lacking), i % 2]);
      expect(take(labels, fraction, seed).has(lacking)).toBe(false);
      const paired = Array.from({ length: 20 }, (_, i) => [Number(i >> 1 !== lacking >> 1), i % 2]);
      const groups = paired.map((_, i) => String(i >> 1));
      expect(take(paired, fraction, seed, groups).has(lacking)).toBe(false);
    }),
    numRuns(50),
  );
});
