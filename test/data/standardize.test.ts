import { expect, it } from "vitest";
import { makeDataset } from "../../src/data/make-dataset.js";
import { fitStandardizer, scaleBy, standardize } from "../../src/data/standardize.js";

const dataset = (x: number[], samples: number) =>
  makeDataset({
    name: "toy",
    x: Float32Array.from(x),
    labels: Array.from({ length: samples }, (_, i) => i % 2),
    features: x.length / samples,
  });

it("fits numpy's mean and population standard deviation", () => {
  // numpy: x = [[1, -2], [2, 4], [4, 0.5]]; x.mean(0), x.std(0)
  const { mean, std } = fitStandardizer(Float32Array.of(1, -2, 2, 4, 4, 0.5), 3, 2);
  expect([...mean]).toEqual([2.3333333333333335, 0.8333333333333333]);
  expect([...std]).toEqual([1.247219128924647, 2.4608038433722337]);
});

it("keeps the deviation of values far from zero, which one pass of f32 would lose", () => {
  const { mean, std } = fitStandardizer(Float32Array.of(16777214, 16777215, 16777216, 16777213), 4, 1);
  expect([mean[0], std[0]]).toEqual([16777214.5, Math.sqrt(1.25)]);
});

it("maps a constant feature to exact zeros", () => {
  const data = dataset([0.1, 1, 0.1, 2, 0.1, 3], 3);
  const statistics = fitStandardizer(data.x, 3, 2);
  expect(statistics.std[0]).toBe(1);
  const { x } = standardize(data, statistics);
  expect([x[0], x[2], x[4]]).toEqual([0, 0, 0]);
});

it("gives every varying feature mean 0 and deviation 1 and leaves the input alone", () => {
  const data = dataset(
    Array.from({ length: 300 }, (_, k) => Math.sin(k) * 10 ** (k % 3)),
    100,
  );
  const before = data.x.slice();
  const { mean, std } = fitStandardizer(standardize(data, fitStandardizer(data.x, 100, 3)).x, 100, 3);
  for (let j = 0; j < 3; j++) {
    expect(Math.abs(mean[j])).toBeLessThan(1e-6);
    expect(Math.abs(std[j] - 1)).toBeLessThan(1e-6);
  }
  expect(data.x).toEqual(before);
});

it("divides pictures by 255", () => {
  const { x } = standardize(dataset([0, 255, 51, 102], 2), scaleBy(2, 255));
  expect([...x]).toEqual([0, 1, 0.2, 0.4].map(Math.fround));
});

it("refuses statistics of other features, and values that overflow", () => {
  expect(() => standardize(dataset([1, 2], 2), scaleBy(2, 255))).toThrow("have 1 feature, but the model was trained on 2");
  expect(() => standardize(dataset([1, 3e38], 2), scaleBy(1, 0.1))).toThrow(
    "toy: sample 2: feature 1 is 3.0000000054977558e+38, which standardises to",
  );
  expect(() => fitStandardizer(new Float32Array(3), 2, 2)).toThrow("x holds 3 values; 2 samples of 2 features are 4");
  expect(() => scaleBy(2, 0)).toThrow("scaleBy: divisor");
});
