import { afterAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState } from "../../src/nn/state.js";
import { random } from "../../src/util/random.js";
import { integers } from "../kernels/harness.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

const devices: Device[] = [createCpuDevice({ precision: 64 }), createCpuDevice(), ...(WHOLE ? [await sharedGpu()] : [])];
afterAll(() => Promise.all(devices.map((device) => device.dispose())));

const samples = 24;
const classes = 5;
const { layers } = initialState({ sizes: [20, 30, 26, 20, classes], densities: [0.3, null, 0.4, null], init: "normal", seed: 1 });
const rng = random(2, "integers");
const signs = (length: number) => integers(rng, length).map(Math.sign);
const state = {
  layers: layers.map((layer) => ({ ...layer, params: { ...layer.params, values: signs(layer.params.values.length) } })),
};
/** The second step has the samples of the first. */
const half = integers(rng, (samples / 2) * 20);
const x = Float32Array.of(...half, ...half);

/** The last layer's outputs [classes, samples] of one step; all numbers are small integers, so that every device computes them exactly. */
async function outputs(device: Device, dropout: number, { training = true, seed = 1, row = 0 } = {}): Promise<number[]> {
  const network = createNetwork(device, networkConfig({ activation: "linear", dropout, seed }), state);
  const data = createResidentData(device, "data", { x, y: new Uint32Array(samples), samples, features: 20 });
  const runner = await createRunner(device, network, data, { batch: samples / 2, training, storeGradients: training });
  await runner.runSteps(row, 1);
  const [z] = await device.read([runner.outputs]);
  runner.dispose();
  return [...z];
}

test("every device drops the same neurons of the same samples", async () => {
  const [f64, ...others] = await Promise.all(devices.map((device) => outputs(device, 0.5)));
  for (const other of others) expect(other).toEqual(f64);
  expect(f64.some((value) => value !== 0)).toBe(true);
});

test("masks depend on the seed and on the step, and on nothing that ran before", async () => {
  const device = devices[1];
  const first = await outputs(device, 0.5);
  expect(await outputs(device, 0.5)).toEqual(first);
  expect(await outputs(device, 0.5, { seed: 2 })).not.toEqual(first);
  expect(await outputs(device, 0.5, { row: 1 })).not.toEqual(first);
  const plain = await outputs(device, 0);
  expect(first).not.toEqual(plain);
  expect(await outputs(device, 0, { row: 1 })).toEqual(plain);
});

test("evaluation drops nothing", async () => {
  for (const device of devices) {
    expect(await outputs(device, 0.5, { training: false })).toEqual(await outputs(device, 0, { training: false }));
  }
});

test("inverted dropout keeps the mean of the outputs over many masks", async () => {
  // Linear in every mask, so the expectation is the output without dropout; masks narrow the mean to a tenth of the spread, or a twentieth.
  const device = devices[1];
  const plain = await outputs(device, 0);
  const masks = WHOLE ? 400 : 100;
  const mean = new Float64Array(plain.length);
  const squares = new Float64Array(plain.length);
  for (let seed = 1; seed <= masks; seed++) {
    (await outputs(device, 0.25, { seed })).forEach((value, i) => {
      mean[i] += value / masks;
      squares[i] += value ** 2 / masks;
    });
  }
  const worst = Math.max(
    ...plain.map((value, i) => Math.abs(mean[i] - value) / Math.sqrt((squares[i] - mean[i] ** 2) / masks + 1e-9)),
  );
  expect(worst).toBeLessThan(5);
});
