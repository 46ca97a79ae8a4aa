import { expect, test } from "vitest";
import { INFORMATIVE, informative } from "../../demo/worker/informative.js";

// The made-up data of the demo page: what is said to be in them is there. That it is found: test/long.

const data = informative();

test("the set has 120 samples of 5,000 named features in two classes of 60, and 20 known features apart", () => {
  expect(data).toMatchObject({ samples: 120, features: 5000, classes: ["case", "control"] });
  expect(data.y.reduce((a, b) => a + b, 0)).toBe(60);
  expect(data.featureNames?.[4999]).toBe("gene 5000");
  expect(new Set(INFORMATIVE).size).toBe(20);
  expect(informative().x.every((value, k) => value === data.x[k])).toBe(true);
  const differences = Array.from({ length: 5000 }, (_, j) => {
    const sums = [0, 0];
    for (let i = 0; i < 120; i++) sums[data.y[i]] += data.x[i * 5000 + j];
    return Math.abs(sums[0] - sums[1]) / 60;
  });
  const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const error = Math.sqrt(2 / 60); // of a difference of two means of 60
  expect(Math.abs(mean(INFORMATIVE.map((j) => differences[j])) - 1)).toBeLessThan((4 * error) / Math.sqrt(20));
  const others = differences.filter((_, j) => !INFORMATIVE.includes(j));
  expect(mean(others)).toBeCloseTo(error * Math.sqrt(2 / Math.PI), 2); // of |N(0, error^2)|
});
