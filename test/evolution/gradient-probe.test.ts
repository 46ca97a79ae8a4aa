import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { createProbes, NO_PROBE } from "../../src/evolution/gradient-probe.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, networkSizes } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState, type NetworkState } from "../../src/nn/state.js";
import type { Topology } from "../../src/sparse/topology.js";
import { KINDS } from "../matrix.js";
import { blobs } from "../train/blobs.js";

const SIZES = [9, 8, 7, 3];
const set = blobs({ samples: 13, features: 9, classes: 3 });
const state = initialState({ sizes: SIZES, densities: [0.4, 0.5, null], init: "heUniform", seed: 4 });
const ORDER = Uint32Array.from([5, 2, 12, 0, 7, 1, 9, 11, 3, 10, 4, 8, 6]);
const BATCH = 5; // the last of three is short

/** W [out, in] with zeros where no connection is. */
function denseWeights({ topology, params: { values }, out, in: inputs }: NetworkState["layers"][number]): number[][] {
  const w = Array.from({ length: out }, () => new Array<number>(inputs).fill(0));
  for (let row = 0; row < out; row++) {
    if (!topology) for (let col = 0; col < inputs; col++) w[row][col] = values[row * inputs + col];
    else for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++) w[row][topology.colIdx[k]] = values[k];
  }
  return w;
}

const weights = state.layers.map(denseWeights);

/** What sample n and the layers above answer, by f64 loops: ReLU but for the last; biases are 0. */
function answersOf(n: number): number[][] {
  const y: number[][] = [[...set.x.subarray(n * SIZES[0], (n + 1) * SIZES[0])]];
  for (const [i, w] of weights.entries()) {
    const z = w.map((row) => row.reduce((sum, value, col) => sum + value * y[i][col], 0));
    y.push(i < weights.length - 1 ? z.map((value) => Math.max(0, value)) : z);
  }
  return y;
}

/** The mean over samples of dL/dW, by f64 loops: cross-entropy of a ReLU network, [layer][row][col]. */
function bruteForce(samples: readonly number[]): number[][][] {
  const gradients = weights.map((w) => w.map((row) => row.map(() => 0)));
  for (const n of samples) {
    const y = answersOf(n);
    const outputs = y[y.length - 1].map(Math.exp);
    const total = outputs.reduce((a, b) => a + b, 0);
    let delta = outputs.map((value, c) => value / total - (c === set.y[n] ? 1 : 0));
    for (let i = weights.length - 1; i >= 0; i--) {
      for (const [row, d] of delta.entries())
        for (const [col, x] of y[i].entries()) gradients[i][row][col] += (d * x) / samples.length;
      delta = y[i].map((x, col) => (x > 0 ? weights[i].reduce((sum, row, r) => sum + row[col] * delta[r], 0) : 0));
    }
  }
  return gradients;
}

const all = (count: number) => Uint32Array.from({ length: count }, (_, i) => i);
const everyone = { keepRows: SIZES.slice(1).map(all), keepCols: SIZES.slice(0, -1).map(all) };

/** A probe of the network above over the first `steps` batches. */
async function openProbe(device: Device, steps: number, { numbering = everyone, tile = 2 ** 20 } = {}) {
  const network = createNetwork(device, networkConfig(), state);
  const runner = await createRunner(device, network, createResidentData(device, "train", set), { batch: BATCH, training: true });
  const samples = Math.min(set.samples, steps * BATCH);
  const rates = (row: number) => [-Math.min(BATCH, samples - row * BATCH) / samples, 1, 1, 1];
  const pass = { order: ORDER, steps, firstStep: 0, rates };
  const source = {
    device,
    sizes: networkSizes(network),
    pass: (after: Parameters<typeof runner.pass>[0]) => runner.pass(after, pass),
  };
  return createProbes(source, tile)(numbering);
}

/** The cells of a layer that hold no connection, by rows, as [row, col]. */
function freeCells({ rows, cols, rowPtr, colIdx }: Topology): [number, number][] {
  const taken = new Set<number>();
  for (let row = 0; row < rows; row++) for (let k = rowPtr[row]; k < rowPtr[row + 1]; k++) taken.add(row * cols + colIdx[k]);
  return [...all(rows * cols)].filter((cell) => !taken.has(cell)).map((cell) => [Math.floor(cell / cols), cell % cols]);
}

const OPEN = { cpu: async () => createCpuDevice({ threads: 1 }), webgpu: () => createWebgpuDevice() };

describe.each(KINDS)("on %s", (kind) => {
  let device: Device;
  beforeAll(async () => {
    device = await OPEN[kind]();
  });
  afterAll(() => device.dispose());

  test.each([
    ["a batch", 1, ORDER.slice(0, BATCH)],
    ["the training set, its last batch short", 3, ORDER],
  ])("gradients at cells in any order are those of brute force over %s", async (_of, steps, samples) => {
    const expected = bruteForce([...samples]);
    for (const tile of [20, 2 ** 20]) {
      const probe = await openProbe(device, steps, { tile });
      for (const [layer, out] of SIZES.slice(1).entries()) {
        const cells = [...all(out * SIZES[layer])].reverse().filter((cell) => cell % 3 > 0);
        const rowIdx = Uint32Array.from(cells, (cell) => Math.floor(cell / SIZES[layer]));
        const colIdx = Uint32Array.from(cells, (cell) => cell % SIZES[layer]);
        const found = await probe.at(layer, { rowIdx, colIdx });
        expect(found.length).toBe(cells.length);
        for (const [k, gradient] of found.entries())
          expect(Math.abs(gradient - expected[layer][rowIdx[k]][colIdx[k]])).toBeLessThan(1e-6);
      }
    }
  });

  test("the largest are those of all free cells, tile by tile and in one, to the same bits each time", async () => {
    const expected = bruteForce([...ORDER]);
    for (const tile of [11, 2 ** 20]) {
      const probe = await openProbe(device, 3, { tile });
      for (const layer of [0, 1]) {
        const taken = state.layers[layer].topology as Topology;
        const size = ([row, col]: readonly [number, number]) => Math.abs(expected[layer][row][col]);
        const ranked = freeCells(taken).sort((a, b) => size(b) - size(a));
        for (const count of [0, 10, ranked.length]) {
          const { rowIdx, colIdx } = await probe.largest(layer, taken, count);
          const best = ranked.slice(0, count).sort(([r, c], [s, d]) => r - s || c - d);
          const unclear = count > 0 && count < ranked.length && size(ranked[count - 1]) - size(ranked[count]) < 1e-6;
          if (!unclear) expect([...rowIdx].map((row, k) => [row, colIdx[k]])).toEqual(best);
          expect(rowIdx.length).toBe(count);
          expect(await probe.largest(layer, taken, count)).toEqual({ rowIdx, colIdx });
        }
      }
    }
  });

  test("the largest of each row are those of its free cells, tile by tile and in one", async () => {
    const expected = bruteForce([...ORDER]);
    const taken = state.layers[0].topology as Topology;
    const counts = Uint32Array.from({ length: taken.rows }, (_, row) => row % 4);
    for (const tile of [11, 2 ** 20]) {
      const { rowIdx, colIdx } = await (await openProbe(device, 3, { tile })).largestInRows(0, taken, counts);
      const best = freeCells(taken).sort(([r, c], [s, d]) => r - s || Math.abs(expected[0][s][d]) - Math.abs(expected[0][r][c]));
      const rows = [...all(taken.rows)].map((row) => best.filter(([own]) => own === row).slice(0, counts[row]));
      const sizes = (cells: readonly (readonly [number, number])[]) => cells.map(([r, c]) => Math.abs(expected[0][r][c]));
      for (const [row, cells] of rows.entries()) {
        const found = [...rowIdx.keys()].filter((k) => rowIdx[k] === row).map((k) => [row, colIdx[k]] as const);
        expect(new Set(found.map(String)).size).toBe(counts[row]);
        const [a, b] = [sizes(found), sizes(cells)].map((list) => list.sort((x, y) => x - y));
        for (const [k, size] of a.entries()) expect(Math.abs(size - b[k])).toBeLessThan(1e-6);
      }
    }
  });

  test("zeros are those of the outputs by brute force, sample by sample", async () => {
    const keep = [Uint32Array.of(1, 2, 6), all(7), all(3)];
    for (const steps of [1, 3]) {
      const samples = [...ORDER.slice(0, steps * BATCH)];
      const counted = (layer: number, row: number) => samples.filter((n) => answersOf(n)[layer + 1][row] === 0).length;
      const probe = await openProbe(device, steps, { numbering: { ...everyone, keepRows: keep } });
      const found = await Promise.all([0, 1, 2].map((layer) => probe.zeros(layer))); // in one pass
      for (const [layer, zeros] of found.entries())
        expect([...zeros]).toEqual([...keep[layer]].map((row) => counted(layer, row)));
      expect(new Set(found[1]).size).toBeGreaterThan(1);
    }
  });

  test("cells are numbered as the neurons that stay", async () => {
    const expected = bruteForce([...ORDER]);
    const keep = [Uint32Array.of(1, 2, 6), Uint32Array.of(0, 3, 4, 6), all(3)];
    const numbering = { keepRows: keep, keepCols: [all(SIZES[0]), keep[0], keep[1]] };
    const probe = await openProbe(device, 3, { numbering, tile: 4 });
    const cells = { rowIdx: Uint32Array.of(0, 1, 2, 3, 3), colIdx: Uint32Array.of(2, 0, 1, 0, 2) };
    const found = await probe.at(1, cells);
    for (const [k, gradient] of found.entries())
      expect(gradient).toBeCloseTo(expected[1][keep[1][cells.rowIdx[k]]][keep[0][cells.colIdx[k]]], 6);
    const empty = { rows: 4, cols: 3, nnz: 0, rowPtr: new Uint32Array(5), colIdx: new Uint32Array(0) };
    const { rowIdx, colIdx } = await probe.largest(1, empty, 1);
    const sizes = keep[1].length * keep[0].length;
    const values = [...all(sizes)].map((cell) => Math.abs(expected[1][keep[1][Math.floor(cell / 3)]][keep[0][cell % 3]]));
    expect(values[rowIdx[0] * 3 + colIdx[0]]).toBe(Math.max(...values));
  });
});

test("a cell out of range is refused, and a probe that nobody asked for", async () => {
  const probe = await openProbe(createCpuDevice({ threads: 1 }), 1);
  const outside = { rowIdx: Uint32Array.of(8), colIdx: Uint32Array.of(0) };
  await expect(probe.at(0, outside)).rejects.toThrow("gradients of layer 0: cell 0 is (8, 0), outside of 8 x 9");
  await expect(NO_PROBE.at(0, outside)).rejects.toThrow("set its field `gradients`");
});

test("gradients take 8 bytes a cell of the device, and 4 for each row and one more", async () => {
  const device = createCpuDevice({ threads: 1 });
  let bytes = 0;
  const counting: Device = {
    ...device,
    createBuffer(label, type, initial) {
      if (label.startsWith("probe.")) bytes += 4 * (typeof initial === "number" ? initial : initial.length);
      return device.createBuffer(label, type, initial);
    },
  };
  const probe = await openProbe(counting, 1);
  const rowIdx = all(8);
  await probe.at(0, { rowIdx, colIdx: rowIdx });
  expect(bytes).toBe(8 * rowIdx.length + 4 * 9);
});
