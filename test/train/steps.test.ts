import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, snapshot } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { initialState, type NetworkState } from "../../src/nn/state.js";
import { classification } from "../../src/tasks/classification.js";
import { train } from "../../src/train/train.js";
import { expectWithin } from "../kernels/harness.js";
import { gpuMatrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";

// Which samples a step learns from, against softmax regression written out.

const webgpu = await sharedGpu();
afterAll(() => webgpu.dispose());
const devices = { f64: createCpuDevice({ precision: 64 }), cpu: createCpuDevice(), webgpu };
const tolerances = { f64: 1e-12, cpu: 1e-5, webgpu: 1e-5 };

const set = blobs({ samples: 10, features: 6 });
const MOMENTUM = 0.9;
const lrAt = (step: number) => 0.1 / (1 + step);

/** One epoch of momentum SGD in the stored order; W is [out, in] with 0 where there is no connection. Returns W, b and the loss of each step. */
function regress({ layers: [layer] }: NetworkState, batch: number, dropLast: boolean) {
  const { in: inputs, out, topology } = layer;
  const cells = topology
    ? Array.from({ length: out }, (_, r) =>
        [...topology.colIdx.slice(topology.rowPtr[r], topology.rowPtr[r + 1])].map((c) => [r, c]),
      ).flat()
    : Array.from({ length: out * inputs }, (_, k) => [Math.floor(k / inputs), k % inputs]);
  const w = Float64Array.from(layer.params.values);
  const b = Float64Array.from(layer.params.bias);
  const [vw, vb] = [new Float64Array(w.length), new Float64Array(out)];
  const losses: number[] = [];
  for (let start = 0, step = 0; start < set.samples; start += batch, step++) {
    const members = Array.from({ length: Math.min(batch, set.samples - start) }, (_, i) => start + i);
    if (dropLast && members.length < batch) break;
    const [gw, gb] = [new Float64Array(w.length), new Float64Array(out)];
    let loss = 0;
    for (const i of members) {
      const x = set.x.subarray(i * inputs, (i + 1) * inputs);
      const z = Float64Array.from(b);
      cells.forEach(([r, c], k) => {
        z[r] += w[k] * x[c];
      });
      const total = z.reduce((sum, value) => sum + Math.exp(value), 0);
      const error = z.map((value, r) => Math.exp(value) / total - (set.y[i] === r ? 1 : 0));
      loss += Math.log(total) - z[set.y[i]];
      cells.forEach(([r, c], k) => {
        gw[k] += (error[r] * x[c]) / members.length;
      });
      error.forEach((e, r) => {
        gb[r] += e / members.length;
      });
    }
    const apply = (values: Float64Array, velocity: Float64Array, g: Float64Array) =>
      g.forEach((gradient, k) => {
        velocity[k] = MOMENTUM * velocity[k] - lrAt(step) * gradient;
        values[k] += velocity[k];
      });
    apply(w, vw, gw);
    apply(b, vb, gb);
    losses.push(loss);
  }
  return { w, b, losses };
}

describe.each(["f64", "cpu", "webgpu"] as const)("on %s", (kind) => {
  const device = devices[kind];

  test.each([
    [1, "every step has one sample"],
    [3, "the last batch is of one sample"],
    [4, "the last batch is half as large"],
    [5, "the batches are equal"],
    [10, "there is one batch"],
    [64, "the batch is above the number of samples"],
  ])("an epoch with batch %d (%s) is that of regression by hand, each gradient the mean over its own samples", async (batch) => {
    for (const density of [null, 0.6]) {
      for (const dropLast of [false, true]) {
        if (dropLast && batch > set.samples) continue;
        const state = initialState({ sizes: [6, 3], densities: [density], init: "normal", seed: 1 });
        const network = createNetwork(device, networkConfig({ optimizer: { name: "sgd", momentum: MOMENTUM } }), state);
        const runner = await createRunner(device, network, createResidentData(device, "data", set), {
          batch,
          training: true,
          dropLast,
        });
        const result = await runner.run({ rates: (step) => [lrAt(step), 1, 1] });
        const expected = regress(state, batch, dropLast);
        const [layer] = (await snapshot(device, network)).layers;
        expect(result.samples).toBe(dropLast ? batch * Math.floor(10 / batch) : 10);
        expectWithin(result.stepLoss, expected.losses, 10 * tolerances[kind], "loss");
        expectWithin(layer.params.values, expected.w, tolerances[kind], "W");
        expectWithin(layer.params.bias, expected.b, tolerances[kind], "b");
        runner.dispose();
      }
    }
  });

  gpuMatrixTest({ name: kind })(
    "training that diverges is a failure that names the epoch and the likely cause, and leaves the device usable",
    async () => {
      const epochs: number[] = [];
      const options = { method: "set", hidden: [20], epsilon: 5, batch: 5, device } as const;
      const diverging = train(
        { train: set },
        { ...options, epochs: 50, lr: 1e6, activation: "linear", onEpoch: ({ epoch }) => void epochs.push(epoch) },
      );
      const error = await diverging.catch((reason) => reason);
      expect(error.kind).toBe("failure");
      const [, epoch, after] = error.message
        .match(/^training diverged in epoch (\d+).*learning rate.*after epoch (\d+)$/s)
        .map(Number);
      expect([epoch - 1, after]).toEqual([epochs.length, epochs.length]);
      const model = await train({ train: set }, { ...options, epochs: 2 });
      expect(model.history.length).toBe(2);
      await model.dispose();
    },
  );
});

test("a batch that leaves no step when the last short one is dropped is refused", async () => {
  const run = train({ train: set }, { method: "linear", batch: 11, dropLast: true, device: devices.cpu });
  await expect(run).rejects.toThrow("batch: 11 is above the 10 samples");
});

test("constant features neither divide by zero nor change what is learnt", async () => {
  const options = { method: "dense", hidden: [8], epochs: 5, batch: 4, device: devices.f64 } as const;
  const constant = {
    ...set,
    features: 8,
    x: Float32Array.from({ length: 80 }, (_, k) => (k % 8 < 6 ? set.x[Math.floor(k / 8) * 6 + (k % 8)] : k % 8 === 6 ? 0 : 1e30)),
  };
  const model = await train({ train: constant }, options);
  expect(model.history.every(({ trainLoss }) => Number.isFinite(trainLoss))).toBe(true);
  const { labels } = await model.predict(constant.x);
  expect([...labels].every((label) => label < 3)).toBe(true);
  // Their standardised value is 0: no gradient reaches the weights behind them.
  const saved = await model.save();
  const start = initialState({ ...model.config.layout, init: model.config.init, seed: 1 });
  for (let row = 0; row < 8; row++) {
    for (const column of [6, 7])
      expect(saved.network.layers[0].params.values[row * 8 + column]).toBe(start.layers[0].params.values[row * 8 + column]);
  }
});

test.each(classification.losses)("the reported figures are those of the whole sets with dropout off: %s", async (loss) => {
  const data = { train: blobs({ samples: 40 }), test: blobs({ samples: 25, seed: 3 }) };
  const model = await train(data, {
    method: "static",
    hidden: [20],
    epsilon: 5,
    epochs: 4,
    dropout: 0.4,
    loss,
    batch: 7,
    device: devices.cpu,
  });
  const last = model.history[3];
  const [onTrain, onTest] = [await model.evaluate(data.train), await model.evaluate(data.test)];
  expect([last.trainAccuracy, last.testAccuracy]).toEqual([onTrain.accuracy, onTest.accuracy]);
  expectWithin([last.trainLoss ?? 0, last.testLoss ?? 0], [onTrain.loss, onTest.loss], 1e-5, "loss");
  const total = onTest.confusion.flat().reduce((a, b) => a + b, 0);
  expect(total).toBe(25);
  expect(onTest.confusion.reduce((sum, row, c) => sum + row[c], 0) / 25).toBe(onTest.accuracy);
});
