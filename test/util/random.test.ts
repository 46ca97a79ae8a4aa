import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { random } from "../../src/util/random.js";

/** Chi-square of counts against equal expectations. */
function chiSquare(counts: ArrayLike<number>): number {
  const all = Array.from(counts);
  const expected = all.reduce((sum, n) => sum + n, 0) / all.length;
  return all.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
}

describe("random", () => {
  test.each([
    [[1], [3188798462, 1189856046, 571515662]],
    [
      [7, "topology", 2, 30],
      [778134547, 1375670564, 2171610130],
    ],
    [
      [-0.5, "é", ""],
      [1137277973, 200392291, 3220005305],
    ],
  ] as [[number, ...(string | number)[]], number[]][])("gives the stream %j that a Python version gives", (name, expected) => {
    const rng = random(...name);
    expect(expected.map(() => rng.uint32())).toEqual(expected);
  });

  test("gives every name a stream of its own", () => {
    const names: [number, ...(string | number)[]][] = [
      [1],
      [1, ""],
      [1, "", ""],
      [1, 0],
      [1, 1],
      [1, "1"],
      [1, "a", 1],
      [1, "a1"],
      [1, 1, "a"],
      [1, "ab", "c"],
      [1, "a", "bc"],
      [1, "abc"],
      [11],
      [1.5],
      [-1],
      [2 ** 32 + 1],
    ];
    const firsts = names.map((name) => {
      const rng = random(...name);
      return [rng.uint32(), rng.uint32()].join();
    });
    expect(new Set(firsts).size).toBe(names.length);
  });

  test("takes 0 and -0 for the same seed", () => {
    expect(random(-0).uint32()).toBe(random(0).uint32());
  });

  test("starts streams of consecutive seeds and labels independently", () => {
    const counts = new Uint32Array(16);
    for (let i = 0; i < 8000; i++) counts[random(i, "x").below(4) * 4 + random(i + 1, "x").below(4)]++;
    expect(chiSquare(counts)).toBeLessThan(44.3); // 1 - 1e-4 quantile at 15 degrees of freedom
    counts.fill(0);
    for (let i = 0; i < 8000; i++) counts[random(1, i).below(4) * 4 + random(1, i + 1).below(4)]++;
    expect(chiSquare(counts)).toBeLessThan(44.3);
  });

  test.each([Number.NaN, Number.POSITIVE_INFINITY])("refuses %d as a seed or label", (value) => {
    expect(() => random(value)).toThrow(`the seed or label ${value} is not a finite number`);
    expect(() => random(1, "a", value)).toThrow("random stream");
  });
});

describe("below", () => {
  test("stays in range for any n", () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 2 ** 53 - 1 }), (seed, n) => {
        const drawn = random(seed).below(n);
        return Number.isInteger(drawn) && drawn >= 0 && drawn < n;
      }),
    );
  });

  test("draws every value equally often", () => {
    const rng = random(2, "below");
    const counts = new Uint32Array(10);
    for (let i = 0; i < 100_000; i++) counts[rng.below(10)]++;
    expect(chiSquare(counts)).toBeLessThan(33.8); // 1 - 1e-4 quantile at 9 degrees of freedom
  });

  test.each([3 * 2 ** 30, 2 ** 32, 3 * 2 ** 40, 3 * 2 ** 51, 2 ** 53])(
    "is unbiased for n = %d (remainders of 3 * 2^30 and 3 * 2^51 are not)",
    (n) => {
      const rng = random(3, "below", n);
      const counts = new Uint32Array(10);
      for (let i = 0; i < 50_000; i++) counts[Math.floor((rng.below(n) / n) * 10)]++;
      expect(chiSquare(counts)).toBeLessThan(33.8);
    },
  );

  test("gives only 0 for n = 1", () => {
    const rng = random(4);
    for (let i = 0; i < 100; i++) expect(rng.below(1)).toBe(0);
  });

  test.each([0, -1, 1.5, Number.NaN, 2 ** 53 + 2])("refuses n = %d", (n) => {
    expect(() => random(1).below(n)).toThrow(`${n} is not an integer from 1 to 9007199254740992`);
  });
});

describe("fillBelow", () => {
  test("gives the numbers of as many calls of below, out of range or not, and leaves the stream where they do", () => {
    const limits = fc.oneof(fc.integer({ min: 1, max: 2 ** 32 }), fc.constantFrom(1, 2 ** 31, 2 ** 31 + 1, 3 * 2 ** 30, 2 ** 32));
    fc.assert(
      fc.property(fc.integer(), limits, fc.integer({ min: 0, max: 300 }), (seed, n, length) => {
        const [filled, called] = [random(seed), random(seed)];
        expect([filled.uint32(), ...filled.fillBelow(n, new Uint32Array(length)), filled.float()]).toEqual([
          called.uint32(),
          ...Array.from({ length }, () => called.below(n)),
          called.float(),
        ]);
      }),
    );
  });

  test.each([0, 1.5, 2 ** 32 + 1])("refuses n = %d", (n) => {
    expect(() => random(1).fillBelow(n, new Uint32Array(1))).toThrow(`${n} is not an integer from 1 to 4294967296`);
  });
});

describe("float and normal", () => {
  test("floats are uniform in [0, 1) with 53 bits", () => {
    const rng = random(5, "float");
    const counts = new Uint32Array(100);
    let wrong = 0;
    let fine = 0;
    for (let i = 0; i < 100_000; i++) {
      const x = rng.float();
      if (!(x >= 0 && x < 1 && Number.isInteger(x * 2 ** 53))) wrong++;
      if (!Number.isInteger(x * 2 ** 52)) fine++;
      counts[Math.floor(x * 100)]++;
    }
    expect(wrong).toBe(0);
    expect(chiSquare(counts)).toBeLessThan(160.1); // 1 - 1e-4 quantile at 99 degrees of freedom
    expect(Math.abs(fine - 50_000)).toBeLessThan(4 * Math.sqrt(25_000));
  });

  test("normals fall equally often between the deciles of the normal distribution, pairs independently", () => {
    const deciles = [-1.281552, -0.841621, -0.524401, -0.253347, 0, 0.253347, 0.524401, 0.841621, 1.281552]; // scipy
    const bin = (x: number) => deciles.filter((d) => d < x).length;
    const rng = random(6, "normal");
    const counts = new Uint32Array(100);
    let sum = 0;
    let squares = 0;
    const n = 100_000;
    for (let i = 0; i < n / 2; i++) {
      const x = rng.normal();
      const y = rng.normal();
      counts[bin(x) * 10 + bin(y)]++;
      sum += x + y;
      squares += x * x + y * y;
    }
    expect(chiSquare(counts)).toBeLessThan(160.1);
    expect(Math.abs(sum / n)).toBeLessThan(4 / Math.sqrt(n));
    expect(Math.abs(squares / n - 1)).toBeLessThan(4 * Math.sqrt(2 / n));
  });
});

describe("shuffle", () => {
  test("keeps the elements, whatever their number", () => {
    fc.assert(
      fc.property(fc.integer(), fc.uint32Array({ maxLength: 50 }), (seed, a) => {
        const shuffled = a.slice();
        random(seed).shuffle(shuffled);
        expect(shuffled.sort()).toEqual(a.slice().sort());
      }),
    );
  });

  test("gives every order of four elements equally often", () => {
    const rng = random(7, "shuffle");
    const counts = new Map<string, number>();
    for (let i = 0; i < 24_000; i++) {
      const a = Uint32Array.of(0, 1, 2, 3);
      rng.shuffle(a);
      counts.set(a.join(), (counts.get(a.join()) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(chiSquare([...counts.values()])).toBeLessThan(57.1); // 1 - 1e-4 quantile at 23 degrees of freedom
  });
});
