import { expect, test } from "vitest";
import { inputStrength } from "../../src/experiment/repeat/strength.js";
import { random } from "../../src/util/random.js";

test("input strength sums |w| by column, of sparse and dense layers", () => {
  const layer = { in: 3, out: 2, state: {} };
  const bias = new Float32Array(2);
  const neurons = Uint32Array.of(0, 1);
  const topology = { rows: 2, cols: 3, nnz: 3, rowPtr: Uint32Array.of(0, 2, 3), colIdx: Uint32Array.of(0, 2, 2) };
  const saved = (layers: object) => ({ network: { layers: [layers] }, features: 3 }) as never;
  expect(
    Array.from(inputStrength(saved({ ...layer, neurons, topology, params: { values: Float32Array.of(-1, 2, -4), bias } }))),
  ).toEqual([1, 0, 6]);
  const values = Float32Array.of(1, -2, 3, -4, 5, -6);
  expect(Array.from(inputStrength(saved({ ...layer, neurons, topology: null, params: { values, bias } })))).toEqual([5, 7, 9]);
});

test("input strength is the mean over members, of those that share weights by their own scalings, and by the weights of a blend", () => {
  const rng = random(2, "strength");
  const floats = (length: number) => Float32Array.from({ length }, () => rng.normal());
  const layer = (inputs: number, out: number, values: Float32Array, more: object = {}) => {
    const neurons = Uint32Array.from({ length: out }, (_, n) => n);
    return { in: inputs, out, topology: null, state: {}, neurons, params: { values, bias: new Float32Array(out) }, ...more };
  };
  const columns = (w: (r: number, j: number) => number) => [0, 1, 2].map((j) => Math.abs(w(0, j)) + Math.abs(w(1, j)));
  const [values, scaleIn, scaleOut] = [floats(6), floats(9), floats(6)];
  const shared = layer(3, 2, values, { share: 3, params: { values, scaleIn, scaleOut, bias: new Float32Array(6) } });
  const saved = { network: { layers: [shared, layer(2, 3, floats(6))] }, features: 3 } as never;
  const each = [0, 1, 2].map((m) => columns((r, j) => scaleOut[2 * m + r] * values[3 * r + j] * scaleIn[3 * m + j]));
  const mean = (strengths: number[][], weights: number[]) =>
    [0, 1, 2].map((j) => strengths.reduce((sum, strength, m) => sum + weights[m] * strength[j], 0));
  const thirds = [1 / 3, 1 / 3, 1 / 3];
  inputStrength(saved).forEach((strength, j) => void expect(strength).toBeCloseTo(mean(each, thirds)[j], 6));

  const arrays = [floats(6), floats(6)];
  const own = arrays.map((w) => columns((r, j) => w[3 * r + j]));
  for (const weights of [undefined, [0.8, 0.2]]) {
    const members = arrays.map((w, k) => ({ layers: [layer(3, 2, w)], ...(weights && { weight: weights[k] }) }));
    const wanted = mean(own, weights ?? [0.5, 0.5]);
    const found = inputStrength({ network: members[0], members, features: 3 } as never);
    found.forEach((strength, j) => void expect(strength).toBeCloseTo(wanted[j], 12));
  }
});
