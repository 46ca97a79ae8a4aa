import { describe, expect, test } from "vitest";
import { ACTIVATIONS, type ActivationName } from "../../src/activations/index.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { DeviceBuffer } from "../../src/device/device.js";
import { GAMMA, RUNNING } from "../../src/layers/kind.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner } from "../../src/nn/runner.js";
import { shareWeights } from "../../src/nn/share-weights.js";
import { initialState, type NetworkState } from "../../src/nn/state.js";
import { random } from "../../src/util/random.js";
import { matrixTest, WHOLE } from "../matrix.js";

// Gradients of the whole network in f64 against (L(p + h) - L(p - h)) / 2h. The loss "authors" is left out: what its scripts call delta is no gradient.

const samples = 10;
const batch = 7; // the second step is short
const classifier = [9, 14, 12, 10, 4];
const autoencoder = [9, 14, 5, 10, 9];
const H = 1e-6;

const normals = (name: string, n: number) => {
  const rng = random(3, name);
  return Float64Array.from({ length: n }, () => rng.normal());
};

const sizesOf = (task: Options["task"]) => (task === "reconstruct" ? autoencoder : classifier);

/** A network whose biases and SReLU knees are not at their starting values, so that both bends are in use. */
function network(
  densities: readonly (number | null)[],
  { activation, norm, skip, task }: Options,
  seeds: readonly number[],
): NetworkState {
  const sizes = sizesOf(task);
  const srelu = activation === "srelu";
  const alone = initialState({ sizes, densities, init: "xavierNormal", seed: 5, activation: srelu ? "srelu" : "relu", norm });
  const { layers } = seeds.length > 1 ? shareWeights(alone, "xavierNormal", seeds) : alone;
  const moved = layers.map((layer, i) => ({
    ...layer,
    params: {
      ...layer.params,
      bias: normals(`bias ${i}`, layer.params.bias.length).map((b) => 0.1 * b),
      ...(layer.params[GAMMA] && { [GAMMA]: normals(`gamma ${i}`, layer.out).map((g) => 1 + 0.3 * g) }),
      ...(layer.share && {
        scaleOut: normals(`s ${i}`, layer.params.scaleOut.length).map((s) => 1 + 0.3 * s),
        scaleIn: normals(`r ${i}`, layer.params.scaleIn.length).map((r, k) => layer.params.scaleIn[k] + 0.3 * r),
      }),
      ...(layer.params.srelu && {
        srelu: normals(`srelu ${i}`, 4 * layer.out).map((s, k) => [-0.4, 0.3, 0.5, 0.7][Math.floor(k / layer.out)] + 0.1 * s),
      }),
    },
  }));
  return { layers: moved, ...(skip === "linear" && { skip: { values: normals("skip", sizes[0] * sizes[4]), state: [] } }) };
}

interface Tensor {
  readonly name: string;
  readonly buffer: DeviceBuffer;
  /** Parameters are elements [0, count) of the buffer; their gradients elements [at, at + count) of `gradients`. */
  readonly count: number;
  readonly gradients: DeviceBuffer;
  readonly at: number;
  /** Members whose own it is not: the loss is the mean of theirs, and what is a member's own follows its own loss. */
  readonly times?: number;
}

async function compare(densities: readonly (number | null)[], options: Options, members = 1): Promise<void> {
  const device = createCpuDevice({ precision: 64 });
  const sizes = sizesOf(options.task);
  const config = networkConfig({ ...options, optimizer: { name: "sgd", momentum: 0.9 } });
  const net = createNetwork(
    device,
    config,
    network(
      densities,
      options,
      Array.from({ length: members }, (_, j) => j),
    ),
  );
  const x = normals("x", samples * sizes[0]) as unknown as Float32Array;
  const y = options.task === "reconstruct" ? null : Uint32Array.from({ length: samples }, (_, i) => (3 * i) % 4);
  const data = createResidentData(device, "data", { x, y, samples, features: sizes[0] });
  const runner = await createRunner(device, net, data, { batch, training: true, storeGradients: true });
  const parameters = net.layers.flatMap((layer, i): Tensor[] => {
    const { w, kept, slots } = layer.blocks[0];
    const [m] = kept;
    if (!m) throw new Error("momentum keeps m");
    const trained = Object.entries(layer.params).filter(([name]) => name !== RUNNING);
    const packed = trained.map(([name, buffer]) => {
      const count = buffer.length / 2;
      return { name: `${name} ${i}`, buffer, count, gradients: buffer, at: count, times: members };
    });
    return [{ name: `W ${i}`, buffer: w, count: slots, gradients: m, at: 0, times: layer.share ? 1 : members }, ...packed];
  });
  for (const { w, kept, slots } of net.skip?.blocks ?? [])
    parameters.push({ name: "skip", buffer: w, count: slots, gradients: kept[0], at: 0 });
  /** Mean loss over the samples of step `step`. */
  const lossOf = async (step: number) => {
    const { stepLoss } = await runner.run();
    const own = Array.from({ length: members }, (_, j) => stepLoss[step * members + j] / members);
    return own.reduce((sum, loss) => sum + loss, 0) / (step === 0 ? batch : samples - batch);
  };

  for (const step of [0, 1]) {
    // Dropout's mask is that of the schedule's step; the gradients that stay are those of the last step run.
    await runner.runSteps(step, 1);
    const stored = await device.read(parameters.map(({ gradients }) => gradients));
    const values = await device.read(parameters.map(({ buffer }) => buffer));
    for (const [p, { name, buffer, count, at, times = 1 }] of parameters.entries()) {
      const gradients = stored[p].slice(at, at + count);
      const scale = Math.max(...Array.from(gradients, Math.abs));
      const rng = random(7, name, step);
      for (let i = 0; i < (WHOLE ? 6 : 2); i++) {
        const k = rng.below(count);
        const lossAt = async (shift: number) => {
          device.write(buffer, Float64Array.of(values[p][k] + shift), k);
          return lossOf(step);
        };
        const numeric = (times * ((await lossAt(H)) - (await lossAt(-H)))) / (2 * H);
        device.write(buffer, Float64Array.of(values[p][k]), k);
        const error = Math.abs(gradients[k] - numeric);
        if (!(error <= 1e-6 * scale))
          expect.fail(`${name}[${k}], step ${step}: stored ${gradients[k]}, by differences ${numeric}, off by ${error / scale}`);
      }
      expect(scale).toBeGreaterThan(1e-4);
    }
  }
}

type Options = NonNullable<Parameters<typeof networkConfig>[0]>;

const sparse = [0.6, 0.5, 0.6, 0.7];
const mixed = [null, 0.5, null, null];
const LOSSES = ["crossEntropy", "mse"] as const;
const shared = [0.6, 0.5, null, null];

describe("gradients are those of finite differences", () => {
  test("of inputs that are the targets, some of them hidden from the network", async () => {
    await compare(sparse, { task: "reconstruct", inputDropout: 0.4 });
    await compare(mixed, { task: "reconstruct", loss: "huber", activation: "sigmoid", inputDropout: 0.2, dropout: 0.1 });
  });

  matrixTest("with hidden inputs of classes", () => compare(sparse, { inputDropout: 0.3 }));

  test("through batch norm", async () => {
    await compare(sparse, { norm: "batch", activation: "tanh", dropout: 0.3 });
  });

  matrixTest("through batch norm, with other activations", async () => {
    await compare(mixed, { norm: "batch", activation: "srelu", skip: "linear" });
    await compare(shared, { norm: "batch", activation: "tanh" }, 3);
    for (const activation of ["relu", "gelu", "srelu", "sigmoid"] as const) {
      await compare(sparse, { norm: "batch", activation, dropout: 0.3 });
      await compare(mixed, { norm: "batch", activation, loss: "mse" });
    }
    await compare(mixed, { norm: "batch", activation: "leakyRelu", alpha: 0.2, dropout: 0.3 }, 3);
  });

  matrixTest("with smoothed labels", async () => {
    await compare(sparse, { labelSmoothing: 0.2 });
  });

  matrixTest("with a linear skip", async () => {
    await compare(sparse, { skip: "linear", dropout: 0.3 });
    await compare(mixed, { skip: "linear", dropout: 0.3 });
  });

  test("of members that share weights", () => compare(shared, { activation: "leakyRelu", alpha: 0.2 }, 3));

  matrixTest("of members that share weights, with dropout and other activations", async () => {
    await compare(shared, { dropout: 0.3 }, 3);
    await compare(mixed, { activation: "tanh", loss: "mse", dropout: 0.3 }, 2);
    await compare(mixed, { activation: "allRelu" }, 4);
  });

  describe.each(Object.keys(ACTIVATIONS) as ActivationName[])("with %s", (activation) => {
    const chosen = WHOLE || activation === "relu" || activation === "srelu";
    test.each(chosen ? LOSSES : LOSSES.slice(0, 1))("and %s", async (loss) => {
      await compare(sparse, { activation, loss });
      await compare(mixed, { activation, loss });
    });

    (chosen ? test : matrixTest)("and inverted dropout", async () => {
      await compare(sparse, { activation, dropout: 0.3 });
      await compare(mixed, { activation, dropout: 0.3 });
    });
  });
});
