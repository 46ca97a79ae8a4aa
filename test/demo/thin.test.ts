import fc from "fast-check";
import { expect, test } from "vitest";
import { createThinner } from "../../demo/page/thin.js";

// What is drawn of a long run: few of its epochs, and every peak.

interface Epoch {
  readonly a: number | null;
  readonly b: number | null;
}
const lines = [({ a }: Epoch) => a, ({ b }: Epoch) => b];

test("of 100,000 epochs at most 802 are drawn, the first, the last and the peaks of every line among them", () => {
  const epochs: Epoch[] = Array.from({ length: 100_000 }, (_, i) => ({ a: Math.sin(i / 700), b: (i * 7919) % 1000 }));
  epochs[54_321] = { a: 5, b: 3 };
  epochs[77_777] = { a: 0, b: -5 };
  const drawn = createThinner(lines)(epochs);
  expect(drawn.length).toBeLessThanOrEqual(802);
  for (const i of [0, 54_321, 77_777, 99_999]) expect(drawn).toContain(i);
});

test("all epochs of a short run are drawn, of which a line has no value in some", () => {
  const epochs: Epoch[] = Array.from({ length: 90 }, (_, i) => ({ a: i, b: i % 3 === 0 ? i : null }));
  expect(createThinner(lines)(epochs)).toEqual(epochs.map((_, i) => i));
});

const anEpoch = fc.record({ a: fc.option(fc.integer({ min: -9, max: 9 })), b: fc.option(fc.integer({ min: -9, max: 9 })) });

test("however a run grows, what is drawn is in order and has the least and the largest value of each line", () => {
  fc.assert(
    fc.property(fc.array(fc.array(anEpoch, { maxLength: 300 }), { maxLength: 8 }), (parts) => {
      const thin = createThinner(lines);
      let epochs: readonly Epoch[] = [];
      for (const part of parts) {
        epochs = [...epochs, ...part];
        const drawn = thin(epochs);
        expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
        for (const line of lines) {
          const ends = (all: readonly Epoch[]) => {
            const values = all.map(line).filter((value) => value !== null);
            return [Math.min(...values), Math.max(...values)];
          };
          expect(ends(drawn.map((i) => epochs[i]))).toEqual(ends(epochs));
        }
      }
    }),
    { numRuns: 20 },
  );
});

test("another run begins anew, with as many epochs or fewer", () => {
  const thin = createThinner(lines);
  const run = (length: number, a: number): Epoch[] => Array.from({ length }, () => ({ a, b: null }));
  thin(run(1000, 1));
  expect(thin(run(3, 2))).toEqual([0, 1, 2]);
  const other = run(2000, 3);
  other[500] = { a: 9, b: null };
  expect(thin(other)).toContain(500);
});
