import { afterAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device, DeviceBuffer } from "../../src/device/device.js";
import type { Dispatch } from "../../src/device/kernel.js";
import { candidatesOf, type Variants } from "../../src/kernels/candidates.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState } from "../../src/nn/state.js";
import { random } from "../../src/util/random.js";
import { expectEqual, integers } from "../kernels/harness.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";

// Sparse layers whose rows and columns have more connections than one invocation may walk. Dense kernels are left out: a dense row has as
// many connections as the layer has inputs, and is never cut.

const webgpu = await sharedGpu();
const cpu = createCpuDevice();
afterAll(() => Promise.all([webgpu.dispose(), cpu.dispose()]));

/** Rows of about 2,000 connections in the first layer and the last, columns of about 2,000 in the second. */
const SIZES = [2300, 6, 2400, 4];
const data = blobs({ samples: 8, features: SIZES[0], classes: 4 });

/**
 * One training step that stores its gradients. Weights and samples are small integers, squared errors are divided by powers of 2, so that
 * no sum rounds and every order is exact.
 */
async function step(device: Device, variants?: Variants) {
  const densities = [0.9, 0.9, 0.9];
  const { layers } = initialState({ sizes: SIZES, densities, init: "heUniform", seed: 3 });
  const rng = random(4, "long rows");
  const small = layers.map((layer) => {
    const values = integers(rng, layer.params.values.length).map((w) => Math.sign(w));
    return { ...layer, params: { ...layer.params, values } };
  });
  const network = createNetwork(device, networkConfig({ activation: "linear", loss: "mse" }), { layers: small });
  const x = integers(rng, data.x.length).map((value) => value % 2);
  const resident = createResidentData(device, "data", { ...data, x });
  const runner = await createRunner(device, network, resident, { batch: 8, training: true, storeGradients: true, variants });
  await runner.run();
  const { dispatches } = runner.recording;
  const walks = await Promise.all(dispatches.map((dispatch) => longestWalk(device, dispatch)));
  const [outputs] = await device.read([runner.outputs]);
  const state = await snapshot(device, network);
  runner.dispose();
  destroyNetwork(device, network);
  device.destroyBuffers([...resident.shards.map(({ data }) => data), resident.targets]);
  return {
    kernels: dispatches.map(({ kernel, constants }) => kernel.name + (constants.JOIN ? " join" : "")),
    walks,
    outputs,
    state,
  };
}

/** The most connections that an invocation of a sparse dispatch walks one after another, by its constants and its table; 0 for others. */
async function longestWalk(device: Device, { kernel, params, buffers, constants }: Dispatch): Promise<number> {
  const name = { spmm: "rowPtr", "spmm-t": "colPtr", sddmm: "rowPtr" }[kernel.name];
  if (!name || constants.JOIN) return 0;
  const [starts] = await device.read([buffers[name] as DeviceBuffer]);
  let longest = 0;
  for (let row = 0; row < (params.rows ?? params.cols); row++) {
    const count = starts[row + 1] - starts[row];
    if (!constants.SPLIT || count <= constants.SPLIT) longest = Math.max(longest, count);
  }
  for (let i = 0; i < params.segments; i++) {
    const at = params.tableAt + 3 * i;
    longest = Math.max(longest, starts[at + 2] - starts[at + 1]);
  }
  return Math.ceil(longest / (constants.PARTS ?? constants.LANES));
}

const host = await step(cpu);

function expectExact({ outputs, state }: typeof host) {
  expectEqual(outputs, host.outputs, "outputs");
  state.layers.forEach((layer, i) => {
    expectEqual(layer.state.values[0], host.state.layers[i].state.values[0], `layer ${i}: gradient`);
    expectEqual(layer.state.bias[0], host.state.layers[i].state.bias[0], `layer ${i}: bias gradient`);
  });
}

test("a step on a GPU walks at most 1,024 connections at once, takes one dispatch more for each layer and direction with long rows, and is exact", async () => {
  const gpu = await step(webgpu);
  expect(Math.max(...gpu.walks)).toBeLessThanOrEqual(1024);
  expect(Math.max(...gpu.walks)).toBeGreaterThan(webgpu.info.software ? 256 : 16); // a GPU deals rows to more invocations
  expect(gpu.kernels).toEqual([
    ...["advance", "gather", "spmm", "spmm join", "spmm", "spmm", "spmm join", "loss"],
    ...["spmm-t", "sddmm", "spmm-t", "spmm-t join", "sddmm", "sddmm"],
  ]);
  expect(host.kernels.filter((name) => name.endsWith("join"))).toEqual([]);
  expectExact(gpu);
});

test("so does a step of each of the candidates that GPUs choose from", async () => {
  let most = 1;
  for (let index = 0; index < most; index++) {
    const gpu = await step(webgpu, (kernel, shape) => {
      const candidates = candidatesOf(kernel, { ...shape, software: false });
      most = Math.max(most, candidates.length);
      return candidates[Math.min(index, candidates.length - 1)];
    });
    expect(gpu.walks.filter((walk) => walk > 0).length).toBe(8); // of each layer spmm and sddmm, of all but the first spmm-t
    expect(Math.max(...gpu.walks)).toBeLessThanOrEqual(1024);
    expectExact(gpu);
  }
  expect(most).toBeGreaterThan(1);
});
