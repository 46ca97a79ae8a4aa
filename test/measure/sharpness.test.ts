import { expect, it } from "vitest";
import { createCpuDevice, measure, type SavedModel } from "../../src/api/index.js";
import { maximumInBox } from "../../src/measure/box-maximum.js";
import { openLandscape, parametersOf } from "../../src/measure/landscape.js";
import { plainOf } from "../../src/measure/plain.js";
import { networkConfig } from "../../src/nn/config.js";
import fixture from "../fixtures/measures.json" with { type: "json" };
import { KINDS, madeModel, samplesFor } from "../io/models.js";
import { gpuMatrixTest, matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

const device = createCpuDevice({ threads: 1 });
const { network, x, y } = { ...fixture.network, network: fixture.network };
const saved: SavedModel = {
  network: {
    layers: network.layers.map(({ rows, cols, rowPtr, colIdx, values, bias }) => ({
      in: cols,
      out: rows,
      topology: { rows, cols, nnz: values.length, rowPtr: Uint32Array.from(rowPtr), colIdx: Uint32Array.from(colIdx) },
      params: { values: Float32Array.from(values), bias: Float32Array.from(bias) },
      state: {},
      neurons: Uint32Array.from({ length: rows }, (_, n) => n),
    })),
  },
  config: networkConfig({ activation: "tanh" }),
  features: 6,
  classes: ["0", "1", "2"],
  input: null,
};
const data = {
  name: "fixture",
  x: Float32Array.from(x),
  y: Uint32Array.from(y),
  samples: 24,
  features: 6,
  classes: ["0", "1", "2"],
};

it("comes as near the largest loss in a box as scipy's L-BFGS-B", async () => {
  const boxes = network.boxes.map(({ box }) => box);
  const { sharpness } = await measure(device, saved, data, { boxes });
  for (const [i, { box, loss, most, sharpness: percent }] of sharpness.entries()) {
    expect(box).toBe(boxes[i]);
    expect(loss).toBeCloseTo(network.loss, 6);
    const rise = network.boxes[i].most - network.loss;
    expect(Math.abs(most - network.boxes[i].most)).toBeLessThan(0.01 * rise);
    expect(percent).toBeCloseTo((100 * (most - loss)) / (1 + loss), 10);
  }
});

gpuMatrixTest({ name: "webgpu" })("is so on WebGPU", async () => {
  const { sharpness } = await measure(await sharedGpu(), saved, data, { boxes: [0.2] });
  expect(Math.abs(sharpness[0].most - network.boxes[2].most)).toBeLessThan(0.01 * (network.boxes[2].most - network.loss));
});

it("finds the corner of a plane, and the top of a hill within the box", async () => {
  const room = Float64Array.of(1, 2, 3);
  const plane = async (at: Float64Array) => ({ loss: at[0] - 2 * at[1], gradient: Float64Array.of(1, -2, 0) });
  expect(await maximumInBox(plane, new Float64Array(3), room, 5)).toBeCloseTo(5, 12);
  const top = [0.5, 5, -1];
  const hill = async (at: Float64Array) => ({
    loss: -at.reduce((sum, value, k) => sum + (k + 1) * (value - top[k]) ** 2, 0),
    gradient: at.map((value, k) => -2 * (k + 1) * (value - top[k])),
  });
  expect(await maximumInBox(hill, new Float64Array(3), room, 50)).toBeCloseTo(-18, 8); // 5 is outside: (5 - 2)^2 twice
});

/** Gradients of a landscape against differences of its losses. */
async function compareGradients(model: SavedModel) {
  const plain = plainOf(model);
  const samples = 6;
  const inputs = Float32Array.from(samplesFor({ ...model, input: null }, samples));
  const set = { x: inputs, y: Uint32Array.from({ length: samples }, (_, i) => i % 4), samples, features: 20 };
  const landscape = await openLandscape(device, plain, set, 4);
  const w = parametersOf(plain);
  const { gradient } = await landscape.at(w);
  const most = gradient.reduce((all, value) => Math.max(all, Math.abs(value)), 0);
  for (let k = 0; k < w.length; k += Math.ceil(w.length / 12)) {
    const h = 1e-2;
    const at = async (by: number) => (await landscape.at(w.with(k, w[k] + by))).loss;
    const wanted = ((await at(h)) - (await at(-h))) / (2 * h);
    expect(Math.abs(gradient[k] - wanted)).toBeLessThan(0.01 * most);
  }
  landscape.release();
}

const smooth = ["of tanhs", "of GELUs"];
it.each(KINDS.filter(([name]) => smooth.includes(name)))("gradients are those of the loss, of a network %s", (_, kind) =>
  compareGradients(madeModel({ ...kind, inputs: "raw" })),
);
matrixTest.each([
  ["dense", { activation: "tanh", densities: [null, null, null] }],
  ["with a skip", { activation: "tanh", skip: "linear" }],
  ["of sigmoids", { activation: "sigmoid" }],
] as const)("gradients are those of the loss, of a network %s", (_, kind) =>
  compareGradients(madeModel({ ...kind, inputs: "raw" })),
);
