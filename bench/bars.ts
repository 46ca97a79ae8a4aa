import { createCpuDevice } from "../src/device/cpu/device.js";
import type { Device } from "../src/device/device.js";
import { createWebgpuDevice } from "../src/device/webgpu/device.js";
import { layerBuffers, layerConnections } from "../src/nn/layer.js";
import { uniformDensity } from "../src/sparse/initial.js";
import { train } from "../src/train/train.js";
import { random } from "../src/util/random.js";
import { make } from "./harness.js";
import { denseCase } from "./kernels/dense.js";
import { spmmCase } from "./kernels/spmm.js";
import { randomFloats, sparseProblem } from "./problems.js";
import { createTrainer, erDensities, NETWORKS, sampleSteps } from "./suites/networks.js";

const PATIENCE = { rounds: 7, roundMs: 150, budgetMs: 6000 };

/** One of our own sides of a bar: its median in ms (a fraction for the evolution, bytes for memory), and what it was measured on. */
export async function measureBar(what: string, kind: "webgpu" | "cpu", threads: number): Promise<{ ms: number; on: string }> {
  const device = kind === "cpu" ? createCpuDevice({ threads }) : await createWebgpuDevice();
  try {
    const on = [device.info.vendor, device.info.architecture, device.info.description].filter(Boolean).join(" ");
    return { ms: await measurements[what](device), on };
  } finally {
    await device.dispose();
  }
}

const measurements: Readonly<Record<string, (device: Device) => Promise<number>>> = {
  "step a": (device) => step(device, "a"),
  "step b": (device) => step(device, "b"),
  "dense a": (device) => step(device, "a", true),
  matmul: (device) => kernel(device, denseCase(1000, 1000, 128)),
  spmm: (device) =>
    kernel(device, spmmCase(sparseProblem("er", uniformDensity(3000, 3000, 120_000 / 9e6, random(1, "bars"))), 32)),
  "evolution share": evolutionShare,
  bytes: bytesPerConnection,
};

async function step(device: Device, name: "a" | "b", dense = false): Promise<number> {
  const { sizes, batch, epsilon } = NETWORKS[name];
  const densities = dense ? sizes.slice(1).map(() => null) : erDensities(sizes, epsilon);
  const trainer = await createTrainer(device, { sizes, densities, batch, samples: 16 * batch });
  const { median } = await sampleSteps(trainer, PATIENCE);
  trainer.dispose();
  return median;
}

async function kernel(device: Device, bench: Parameters<typeof make>[1]): Promise<number> {
  const { dispatches } = make(device, bench);
  const recording = await device.record(dispatches);
  await device.time(recording, 5);
  const times: number[] = [];
  for (let i = 0; i < 21; i++) times.push((await device.time(recording, 5)).ms / 5);
  return median(times);
}

/** Evolution of all layers of (b) over one epoch of 67 steps at batch 2, as a fraction of it, as `train` runs and times both. */
async function evolutionShare(device: Device): Promise<number> {
  const { sizes, epsilon, samples } = NETWORKS.b;
  const [features, classes] = [sizes[0], sizes[sizes.length - 1]];
  const x = randomFloats(samples * features);
  const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
  const names = Array.from({ length: classes }, (_, i) => String(i));
  const model = await train(
    { train: { name: "synthetic", x, y, samples, features, classes: names } },
    { method: "set", hidden: sizes.slice(1, -1), epsilon, batch: 2, epochs: 8, lr: 0.001, evaluateEvery: 8, device },
  );
  const epochs = model.history.slice(1, -1); // the first compiles, the last does not evolve
  await model.dispose();
  return median(epochs.map(({ seconds }) => seconds.evolve / seconds.train));
}

/** Device bytes of a layer of 10^6 connections, of momentum SGD, with its indices: w, v, CSR, CSC and perm. */
async function bytesPerConnection(device: Device): Promise<number> {
  const size = 50_000;
  const { network, dispose } = await createTrainer(device, {
    sizes: [size, size],
    densities: [1e6 / size ** 2],
    batch: 4,
    samples: 8,
  });
  const [layer] = network.layers;
  const bytes = layerBuffers(layer).reduce((sum, buffer) => sum + 4 * (buffer?.length ?? 0), 0);
  dispose();
  return bytes / layerConnections(layer);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1];
}
