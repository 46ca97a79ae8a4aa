import fc from "fast-check";
import { expect, test } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { shuffleLabels } from "../../src/experiment/repeat/shuffle.js";

function dataset(labels: readonly string[], groups?: readonly string[]) {
  return makeDataset({ name: "toy", x: Float32Array.from(labels, (_, i) => i), labels: [...labels], features: 1, groups });
}
const sorted = (values: Iterable<number>) => [...values].sort();

test("shuffled labels are the same labels in another order, by the seed alone; the samples stay", () => {
  const data = dataset(Array.from({ length: 60 }, (_, i) => "abc"[i % 3]));
  const before = data.y.slice();
  const shuffled = shuffleLabels(data, 1);
  expect(data.y).toEqual(before);
  expect(shuffled.x).toBe(data.x);
  expect(sorted(shuffled.y)).toEqual(sorted(data.y));
  expect(shuffled.y).not.toEqual(data.y);
  expect(shuffleLabels(data, 1).y).toEqual(shuffled.y);
  expect(shuffleLabels(data, 2).y).not.toEqual(shuffled.y);
});

test("groups of one label exchange labels as wholes; groups of several keep theirs and shuffle them within", () => {
  const group = fc.record({ labels: fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 4 }) });
  fc.assert(
    fc.property(fc.array(group, { minLength: 4, maxLength: 12 }), fc.nat(), (groups, seed) => {
      const labels = groups.flatMap((one) => one.labels);
      fc.pre(new Set(labels).size > 1);
      const names = groups.flatMap((one, g) => one.labels.map(() => `p${g}`));
      const data = dataset(labels, names);
      const { y } = shuffleLabels(data, seed);
      const [given, dealt]: number[][] = [[], []];
      for (const name of new Set(names)) {
        const members = names.flatMap((other, i) => (other === name ? [i] : []));
        const [old, now] = [members.map((i) => data.y[i]), members.map((i) => y[i])];
        if (new Set(old).size > 1) expect(sorted(now)).toEqual(sorted(old));
        else {
          expect(new Set(now).size).toBe(1);
          given.push(old[0]);
          dealt.push(now[0]);
        }
      }
      expect(sorted(dealt)).toEqual(sorted(given));
    }),
    { numRuns: 100 },
  );
});

test("every order of the labels of two groups comes about as often", () => {
  const data = dataset(["a", "a", "b"], ["p", "p", "q"]);
  const kept = Array.from({ length: 400 }, (_, seed) => shuffleLabels(data, seed).y[0] === data.y[0]).filter(Boolean).length;
  expect(Math.abs(kept - 200)).toBeLessThan(50); // five standard deviations
});

test("numbers to learn are dealt out too, those of a sample together, and alike within a group that has one", () => {
  const targets = Float64Array.from({ length: 40 }, (_, k) => (k % 2 === 0 ? k : 1000 + k));
  const numbers = makeDataset({ name: "toy", x: new Float32Array(20), features: 1, targets, targetNames: ["a", "b"] });
  const dealt = shuffleLabels(numbers, 3).targets as Float64Array;
  expect(dealt).not.toEqual(targets);
  expect(sorted(dealt)).toEqual(sorted(targets));
  for (let i = 0; i < 20; i++) expect(dealt[2 * i + 1]).toBe(dealt[2 * i] + 1001);
  const groups = Array.from({ length: 20 }, (_, i) => `p${i >> 1}`);
  const alike = Float64Array.from(groups, (_, i) => i >> 1);
  const grouped = makeDataset({ name: "toy", x: new Float32Array(20), features: 1, targets: alike, targetNames: ["a"], groups });
  const whole = shuffleLabels(grouped, 3).targets as Float64Array;
  for (let i = 0; i < 20; i += 2) expect(whole[i]).toBe(whole[i + 1]);
});
