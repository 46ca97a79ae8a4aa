import { makeDataset, split } from "../../src/api/index.js";
import { random } from "../../src/api/sparse.js";

/** 90 samples of 6 features in a plane, in units of their own, nearly: two numbers tell all six. No labels. */
export const [samples, features] = [90, 6];
const rng = random(5, "reconstruct");
const hidden = Array.from({ length: samples }, () => [rng.normal(), rng.normal()]);
const mix = [
  [1, 0, 0],
  [0, 100, 3],
  [2, 2, -7],
  [1, -1, 0],
  [0, 1, 50],
  [0.1, 0.2, 0],
];
export const rows = hidden.map(([a, b]) => mix.map(([p, q, r]) => p * a + q * b + r + 0.01 * rng.normal()));
export const names = ["a", "b", "c", "d", "e", "f"];
export const data = makeDataset({
  name: "plane",
  x: Float64Array.from(rows.flat()),
  features,
  labels: null,
  featureNames: names,
});
export const parts = split(data, { test: 0.3, seed: 1 });
export const options = { task: "reconstruct", method: "set", hidden: [8], epsilon: 4, epochs: 8, batch: 16, lr: 0.05 } as const;
