import { describe, expect, test } from "vitest";
import { hash4 } from "../../src/util/counter-random.js";

/** Chi-square of counts against equal expectations. */
function chiSquare(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((sum, n) => sum + n, 0) / all.length;
  return all.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

describe("hash4", () => {
  test.each([
    [[0, 0, 0, 0], 0x8134cdf8],
    [[1, 2, 3, 4], 0x4445ad00],
    [[0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff], 0xe519346e],
    [[123456789, 42, 1000, 7], 0x8889a538],
  ])("of %j is MurmurHash3 as a Python version computes it", ([a, b, c, d], expected) => {
    expect(hash4(a, b, c, d)).toBe(expected);
  });

  test("flips every output bit half of the time when any input bit flips", () => {
    const trials = 1500;
    const flips = new Uint32Array(128 * 32);
    for (let t = 0; t < trials; t++) {
      const words = [0, 1, 2, 3].map((i) => hash4(t, i, 1, 2));
      const before = hash4(words[0], words[1], words[2], words[3]);
      for (let bit = 0; bit < 128; bit++) {
        const w = words.slice();
        w[bit >> 5] = (w[bit >> 5] ^ (1 << (bit & 31))) >>> 0;
        const difference = before ^ hash4(w[0], w[1], w[2], w[3]);
        for (let out = 0; out < 32; out++) flips[bit * 32 + out] += (difference >>> out) & 1;
      }
    }
    const sigma = Math.sqrt(trials / 4);
    const worst = flips.reduce((max, n) => Math.max(max, Math.abs(n - trials / 2) / sigma), 0);
    expect(worst).toBeLessThan(5.2); // the largest of 4096 normals passes 5.2 once in 1200 times
  });

  test.each([0, 8, 16, 24])("spreads small counters evenly over the byte from bit %i", (shift) => {
    const counts = new Uint32Array(256);
    for (let step = 0; step < 4; step++) {
      for (let neuron = 0; neuron < 128; neuron++) {
        for (let sample = 0; sample < 64; sample++) counts[(hash4(5, step, neuron, sample) >>> shift) & 255]++;
      }
    }
    expect(chiSquare(counts)).toBeGreaterThan(179.4); // 1e-4 and 1 - 1e-4 quantiles at 255 degrees of freedom
    expect(chiSquare(counts)).toBeLessThan(347.7);
  });

  test("has the mean and variance of uniform words on small counters", () => {
    const n = 100_000;
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < n; i++) {
      const u = hash4(1, 2, i, 0) / 2 ** 32;
      sum += u;
      squares += (u - 0.5) ** 2;
    }
    expect(Math.abs(sum / n - 0.5)).toBeLessThan(4 * Math.sqrt(1 / 12 / n));
    expect(Math.abs(squares / n - 1 / 12)).toBeLessThan(4 * Math.sqrt(1 / 180 / n));
  });

  test.each([0, 1, 2, 3])("draws masks independently when word %i counts on by one", (word) => {
    const counts = new Uint32Array(16); // top two bits of one draw and of the next
    for (let i = 0; i < 40_000; i++) {
      const counters = [3, i % 10, i % 200, Math.floor(i / 200)];
      const a = hash4(counters[0], counters[1], counters[2], counters[3]) >>> 30;
      counters[word]++;
      const b = hash4(counters[0], counters[1], counters[2], counters[3]) >>> 30;
      counts[a * 4 + b]++;
    }
    expect(chiSquare(counts)).toBeLessThan(44.3); // 1 - 1e-4 quantile at 15 degrees of freedom
  });
});
