import { describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { type NetworkOptions, networkConfig, ratesAt, updateRule } from "../../src/nn/config.js";
import { estimateMemory } from "../../src/nn/memory.js";
import { createNetwork, destroyNetwork, networkBytes, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState, type NetworkState } from "../../src/nn/state.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";

const set = blobs({ samples: 22, features: 9, classes: 3 });

/** A network whose weights are all 0: its hidden neurons stay silent, and nothing but the output's bias and a skip can learn. */
function silent(sizes: readonly number[], options: NetworkOptions): NetworkState {
  const densities = sizes.slice(1).map(() => null);
  const { layers, skip } = initialState({ sizes, densities, init: "heUniform", seed: 1, skip: options.skip });
  const zero = layers.map((layer) => ({ ...layer, params: { ...layer.params, values: layer.params.values.map(() => 0) } }));
  return { layers: zero, ...(skip && { skip }) };
}

/** The network after two epochs, and the losses of their steps. */
async function trained(device: Device, sizes: readonly number[], options: NetworkOptions) {
  const config = networkConfig({ ...options });
  const network = createNetwork(device, config, silent(sizes, options));
  const data = createResidentData(device, "data", set);
  const runner = await createRunner(device, network, data, { batch: 8, training: true });
  const rule = updateRule(config.optimizer);
  const losses: number[] = [];
  for (const firstStep of [0, 3]) {
    const { stepLoss } = await runner.run({ firstStep, rates: (step) => ratesAt(rule, 0.05, step + 1) });
    losses.push(...stepLoss);
  }
  const state = await snapshot(device, network);
  runner.dispose();
  destroyNetwork(device, network);
  return { losses, state };
}

describe.each(WHOLE ? ["f64", "typed arrays", "wasm simd", "webgpu"] : ["f64", "wasm simd"])("on %s", (kind) => {
  test.each(["sgd", "adam"] as const)("the skip of a silent network learns with %s what the linear model does", async (name) => {
    const options = { precision: kind === "f64" ? 64 : 32, simd: kind === "wasm simd" } as const;
    const device = kind === "webgpu" ? await sharedGpu() : createCpuDevice(options);
    const optimizer = { name, decay: 0.1, nesterov: name === "sgd" };
    const linear = await trained(device, [9, 3], { optimizer });
    const skipped = await trained(device, [9, 6, 3], { optimizer, skip: "linear" });
    const [{ params, state }] = linear.state.layers;
    expect(skipped.state.skip).toEqual({ values: params.values, state: state.values });
    expect(skipped.state.layers[1].params.bias).toEqual(params.bias);
    expect(skipped.losses).toEqual(linear.losses);
    expect(linear.losses[5]).toBeLessThan(linear.losses[0] / 2);
    await device.dispose();
  });
});

test("the memory that is planned has the weights of the skip and what the optimiser keeps beside them", async () => {
  const device = createCpuDevice();
  const bytes = (["none", "linear"] as const).map((skip) => {
    const config = networkConfig({ skip, optimizer: "adam" });
    const sets = [{ samples: 22, evaluationBatch: 22 }];
    const question = { sizes: [9, 6, 3], densities: [null, null], config, batch: 8, sets, evolves: false };
    const state = initialState({ ...question, init: "heUniform", seed: 1, skip });
    return [estimateMemory(question).connections, networkBytes(createNetwork(device, config, state))];
  });
  for (const i of [0, 1]) expect(bytes[1][i] - bytes[0][i]).toBe(4 * 3 * 9 * 3);
  await device.dispose();
});
