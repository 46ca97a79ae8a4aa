import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device, TypedData } from "../../src/device/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState, type NetworkState } from "../../src/nn/state.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { random } from "../../src/util/random.js";
import { expectWithin, integers } from "../kernels/harness.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "../train/blobs.js";
import { expectSameState, timeless } from "../train/same-runs.js";

// Layers and data above the binding limit, cut into row blocks and shards, against the same run in one piece.

const webgpu = await sharedGpu();
afterAll(() => webgpu.dispose());

const devices = {
  cpu: async (bindingBytes?: number): Promise<Device> => createCpuDevice({ bindingBytes }),
  webgpu: (bindingBytes?: number): Promise<Device> => createWebgpuDevice({ gpuDevice: webgpu.gpuDevice, bindingBytes }),
};

const data = blobs({ samples: 90, features: 64, classes: 4 });

describe.each(["cpu", "webgpu"] as const)("on %s", (kind) => {
  gpuMatrixTest({ name: kind }).each(["none", "batch"] as const)(
    "a run whose first layer is in blocks and whose data are in shards has the bits of one in one piece, with norm %s",
    async (norm) => {
      // Rows of the first layer are summed as before, and no error passes through it: nothing changes the order of a sum.
      const options: TrainOptions = { method: "npset", hidden: [48], epsilon: 20, batch: 8, epochs: 6, dropout: 0.2, norm };
      const removals: number[] = [];
      const run = async (bindingBytes?: number) => {
        const device = await devices[kind](bindingBytes);
        const model = await train(
          { train: data },
          { ...options, device, tune: "off", onEvolution: ({ layers }) => void removals.push(layers[0].removedNeurons) },
        );
        return {
          network: (await model.save()).network,
          history: timeless(model.history),
          evolutions: timeless(model.evolutions),
        };
      };
      const whole = await run();
      expect(removals.reduce((a, b) => a + b, 0)).toBe(24);
      const pieces = await run(2048);
      expectSameState(pieces.network, whole.network);
      // Evaluation takes smaller batches where bindings are small, so that losses are summed in another order.
      expect(pieces.evolutions.map(({ layers }) => layers)).toEqual(whole.evolutions.map(({ layers }) => layers));
      pieces.history.forEach((epoch, i) => {
        expect(epoch.runningLoss).toBe(whole.history[i].runningLoss);
        expect(epoch.trainAccuracy).toBe(whole.history[i].trainAccuracy);
        expectWithin([epoch.trainLoss ?? 0], [whole.history[i].trainLoss ?? 0], 1e-5, "training loss");
      });
    },
  );

  /**
   * One epoch of a network of three sparse layers and a dense one. `exact`: weights and samples are small integers and squared errors are
   * divided by powers of 2, so that no sum rounds; gradients are stored instead of applied.
   */
  async function epoch(
    bindingBytes: number | undefined,
    exact: boolean,
  ): Promise<{ network: NetworkState; blocks: number[]; shards: number; outputs: TypedData }> {
    const device = await devices[kind](bindingBytes);
    const { layers } = initialState({ sizes: [64, 40, 44, 36, 4], densities: [0.5, 0.4, 0.5, null], init: "heUniform", seed: 3 });
    const rng = random(4, "integers");
    const small = layers.map((layer) => {
      if (!exact) return layer;
      const values = integers(rng, layer.params.values.length).map((w) => Math.sign(w));
      return { ...layer, params: { ...layer.params, values } };
    });
    const network = createNetwork(
      device,
      networkConfig({ activation: exact ? "linear" : "relu", dropout: exact ? 0 : 0.2, loss: exact ? "mse" : "crossEntropy" }),
      { layers: small },
    );
    const x = exact ? integers(rng, data.x.length).map((value) => value % 2) : data.x;
    const resident = createResidentData(device, "data", { ...data, x });
    const runner = await createRunner(device, network, resident, { batch: 8, training: true, storeGradients: exact });
    await runner.run({ rates: () => [0.05, 1, 1] });
    const [outputs] = await device.read([runner.outputs]);
    const result = {
      network: await snapshot(device, network),
      blocks: network.layers.map((layer) => layer.blocks.length),
      shards: resident.shards.length,
      outputs,
    };
    runner.dispose();
    destroyNetwork(device, network);
    device.destroyBuffers([...resident.shards.map(({ data }) => data), resident.targets]);
    return result;
  }

  test("an epoch with every layer in blocks and data in shards agrees within rounding, and exactly on small integers", async () => {
    const [whole, pieces] = [await epoch(undefined, false), await epoch(2048, false)];
    expect([whole.blocks, whole.shards]).toEqual([[1, 1, 1, 1], 1]);
    expect(Math.min(...pieces.blocks.slice(0, 3))).toBeGreaterThan(1);
    expect(pieces.shards).toBe(Math.ceil(90 / 8));
    pieces.network.layers.forEach((layer, i) => {
      for (const key of ["values", "bias"] as const)
        expectWithin(layer.params[key], whole.network.layers[i].params[key], 1e-5, `layer ${i}: ${key}`);
    });
    const exact = [await epoch(undefined, true), await epoch(2048, true)];
    expectSameState(exact[1].network, exact[0].network);
    expect([...exact[1].outputs]).toEqual([...exact[0].outputs]);
  });

  test("what no cut can make fit is refused with the numbers and the remedy", async () => {
    const device = await devices[kind](2048);
    for (const tune of ["off", "force"] as const)
      await expect(train({ train: data }, { epochs: 1, hidden: [48], batch: 12, tune, device })).rejects.toThrow(
        "12 samples of 64 neurons take 3072 bytes, the device binds at most 2048; use a batch of at most 8",
      );
    const wide = blobs({ samples: 8, features: 600, classes: 2 });
    const error = await train({ train: wide }, { epochs: 1, hidden: [8], method: "set", device }).catch((reason) => reason);
    expect(error).toBeInstanceOf(CoppiceError);
    expect(error.message).toMatch(
      /one sample of 600 features takes 2400 bytes|row 0 alone has \d+ connections, the device binds at most 512/,
    );
    expect(error.kind).toBe("usage");
  });
});
