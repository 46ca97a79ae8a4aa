import { expect, it } from "vitest";
import { createCpuDevice } from "../../src/api/index.js";
import { marginsOf } from "../../src/measure/margins.js";
import { normsOf, pathNorm, spectralNorm } from "../../src/measure/norms.js";
import type { NetworkState } from "../../src/nn/state.js";
import fixture from "../fixtures/measures.json" with { type: "json" };
import { madeModel } from "../io/models.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

const device = createCpuDevice({ threads: 1 });
const small = (skip?: "linear") => {
  const { network } = madeModel({ sizes: [4, 5, 3, 2], densities: [0.5, null, 0.7], skip });
  return network;
};

/** The weight from neuron `col` to neuron `row` of a layer. */
function weightOf({ layers }: NetworkState, i: number, row: number, col: number): number {
  const { topology, in: inputs, params } = layers[i];
  if (!topology) return params.values[row * inputs + col];
  for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++) if (topology.colIdx[k] === col) return params.values[k];
  return 0;
}

/** The sum over all paths that end at a neuron of the product of |w|^p, path by path. */
function pathsTo(network: NetworkState, i: number, row: number, p: number): number {
  if (i < 0) return 1;
  let sum = Math.abs(network.layers[i].params.bias[row]) ** p;
  for (let col = 0; col < network.layers[i].in; col++)
    sum += Math.abs(weightOf(network, i, row, col)) ** p * pathsTo(network, i - 1, col, p);
  return sum;
}

it.each([1, 2])("path norm %i is the sum over all paths, one after the other", (p) => {
  for (const network of [small(), small("linear")]) {
    const last = network.layers.length - 1;
    const ends = Array.from({ length: network.layers[last].out }, (_, row) => pathsTo(network, last, row, p));
    const beside = [...(network.skip?.values ?? [])].reduce((sum, value) => sum + Math.abs(value) ** p, 0);
    const wanted = (ends.reduce((sum, end) => sum + end, 0) + beside) ** (1 / p);
    expect(pathNorm(network, p)).toBeCloseTo(wanted, 10);
  }
});

const matrices = fixture.matrices.map(({ rows, cols, rowPtr, colIdx, values, spectral }) => {
  const topology = { rows, cols, nnz: values.length, rowPtr: Uint32Array.from(rowPtr), colIdx: Uint32Array.from(colIdx) };
  return { weights: { rows, cols, topology, values: Float32Array.from(values) }, spectral };
});

it("the spectral norm is numpy's largest singular value", async () => {
  for (const { weights, spectral } of matrices) {
    const found = await spectralNorm(device, weights);
    expect(Math.abs(found - spectral)).toBeLessThan(1e-5 * spectral);
  }
  const { rows, cols, topology } = matrices[0].weights;
  expect(await spectralNorm(device, { rows, cols, topology, values: new Float32Array(topology.nnz) })).toBe(0);
});

gpuMatrixTest({ name: "webgpu" })("the spectral norm is so on WebGPU", async () => {
  const { weights, spectral } = matrices[1];
  expect(Math.abs((await spectralNorm(await sharedGpu(), weights)) - spectral)).toBeLessThan(1e-5 * spectral);
});

it("products of norms are those of the layers, and a skip is added", async () => {
  const { layers, spectral, frobenius, complexity, spectralFrobenius } = await normsOf(device, small());
  const [s, f, r] = (["spectral", "frobenius", "rows"] as const).map((name) => layers.map((one) => one[name]));
  expect(spectral).toBeCloseTo(s[0] * s[1] * s[2], 8);
  expect(frobenius).toBeCloseTo(f[0] * f[1] * f[2], 8);
  const sum = (of: (i: number) => number) => of(0) + of(1) + of(2);
  expect(complexity).toBeCloseTo(spectral * sum((i) => (r[i] / s[i]) ** (2 / 3)) ** 1.5, 8);
  expect(spectralFrobenius).toBeCloseTo(spectral * Math.sqrt(sum((i) => (f[i] / s[i]) ** 2)), 8);
  for (const [i, norm] of s.entries()) expect(norm <= f[i] + 1e-6 && f[i] <= r[i] + 1e-9).toBe(true);
  const skipped = await normsOf(device, small("linear"));
  expect(skipped.spectral).toBeCloseTo(spectral + skipped.layers[3].spectral, 6);
  expect(skipped.complexity).toBeNull();
});

it("margins are what the right class is above the others", () => {
  const z = Float32Array.of(3, 1, 2, 0, 5, 5, -1, -2, -4);
  const { margin, error, quantiles } = marginsOf(z, [0, 1, 2], 3, 2);
  const sorted = [-3, 0, 1];
  expect(margin).toBeCloseTo(sorted[0] + 0.1 * 3, 12);
  expect(error).toBeCloseTo(2 / 3, 12);
  expect(quantiles.find(({ share }) => share === 0.5)).toEqual({ share: 0.5, margin: 0, normalised: 0 });
  expect(marginsOf(z, [0, 1, 2], 3, null).quantiles[0].normalised).toBeNull();
});
