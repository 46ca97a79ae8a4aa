import type { Device } from "../../src/device/device.js";
import { openScope } from "../../src/device/scope.js";
import { defaultVariants, type Variants } from "../../src/kernels/candidates.js";
import { layOut, METHODS } from "../../src/methods/index.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork, destroyNetwork, type Network } from "../../src/nn/network.js";
import { createResidentData } from "../../src/nn/resident.js";
import { createRunner, type Runner } from "../../src/nn/runner.js";
import { shareWeights } from "../../src/nn/share-weights.js";
import { initialState } from "../../src/nn/state.js";
import { variantsOf } from "../../src/tune/table.js";
import { tune } from "../../src/tune/tune.js";
import { randomFloats } from "../problems.js";
import { type Patience, SUBMIT_MS } from "../sample.js";
import { type Summary, summarize } from "../stats.js";

/** A network to train: momentum SGD, ReLU, cross-entropy. */
export interface NetworkCase {
  readonly sizes: readonly number[];
  /** Of every weight layer; null for a dense one. */
  readonly densities: readonly (number | null)[];
  readonly batch: number;
  /** Networks that are trained as one; default 1. */
  readonly members?: number;
  /** Whether the members share their weights, so that they are one network. */
  readonly share?: boolean;
  /** How hidden neurons' sums are normalised; default none. */
  readonly norm?: "none" | "batch";
  /** Synthetic samples that are resident on the device; an epoch is one pass over them. */
  readonly samples: number;
}

/** Configuration of the comparisons: sizes, batch, Erdos-Renyi epsilon, and the training samples of the data set that it is for. */
export const NETWORKS = {
  a: { sizes: [784, 1000, 1000, 1000, 10], batch: 128, epsilon: 20, samples: 60_000 },
  b: { sizes: [3312, 3000, 3000, 3000, 5], batch: 32, epsilon: 20, samples: 134 },
} as const;

/** A small network, as members of ensembles are. */
export const MEMBER = { sizes: [784, 300, 300, 10], batch: 32, epsilon: 10 } as const;

/** Densities of an Erdos-Renyi network, as `coppice train` lays it out: an output layer that would exceed 0.6 is dense. */
export function erDensities(sizes: readonly number[], epsilon: number): readonly (number | null)[] {
  const [inputs, classes] = [sizes[0], sizes[sizes.length - 1]];
  return layOut(METHODS.static, { inputs, hidden: sizes.slice(1, -1), classes, epsilon, output: "auto" }, null).densities;
}

/** Densities of the same network without sparsity. */
export function denseDensities(sizes: readonly number[]): null[] {
  return sizes.slice(1).map(() => null);
}

/** A network on a device, ready to train. */
export interface Trainer {
  readonly device: Device;
  readonly network: Network;
  readonly runner: Runner;
  readonly samples: number;
  dispose(): void;
}

/** Puts a network and synthetic samples (uniform, unit variance; labels in turn) on the device. Nothing is left there when that fails. */
export async function createTrainer(
  on: Device,
  { sizes, densities, batch, samples, members = 1, share, norm }: NetworkCase,
): Promise<Trainer> {
  const { device, release } = openScope(on);
  try {
    const config = networkConfig({ norm });
    const seeds = Array.from({ length: members }, (_, j) => 1 + j);
    const make = (seed: number) => initialState({ sizes, densities, init: "heUniform", seed, norm });
    const network = createNetwork(device, config, share ? shareWeights(make(1), "heUniform", seeds) : seeds.map(make));
    const [features, classes] = [sizes[0], sizes[sizes.length - 1]];
    const x = randomFloats(samples * features).map((value) => Math.sqrt(3) * value);
    const y = Uint32Array.from({ length: samples }, (_, i) => i % classes);
    const data = createResidentData(device, "bench", { x, y, samples, features });
    const variants = await tunedVariants(device, network, batch);
    const runner = await createRunner(device, network, data, { batch, training: true, variants });
    return {
      device,
      network,
      runner,
      samples,
      dispose() {
        runner.dispose();
        destroyNetwork(device, network);
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** The variants of the kernels that are fastest here, as a first `coppice train` on a GPU finds them. The CPU device has none. */
async function tunedVariants(device: Device, network: Network, batch: number): Promise<Variants> {
  if (device.info.kind === "cpu") return defaultVariants;
  const tuned = await tune(device, network, batch);
  return variantsOf(Object.fromEntries(tuned.map(({ kernel, shape, variant }) => [`${kernel} ${shape}`, variant])));
}

/** ms of a training step by the wall clock, from submit to done: rounds of as many steps as fill `roundMs`. */
export async function sampleSteps({ device, runner }: Trainer, { rounds, roundMs, budgetMs }: Patience): Promise<Summary> {
  const timed = async (steps: number) => {
    const start = performance.now();
    await runner.runSteps(0, steps);
    await device.idle();
    return (performance.now() - start) / steps;
  };
  const first = await timed(1); // compiles, and touches every buffer
  const once = first > budgetMs ? first : await timed(1);
  const steps = Math.max(1, Math.min(runner.steps, Math.floor(roundMs / once)));
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  while (times.length < (once > budgetMs ? 2 : 3) || (times.length < rounds && performance.now() < end))
    times.push(await timed(steps));
  return summarize(times, steps);
}

/** ms of a step by the device's own clock: as many in one submit as stay well under its limit, the least of three. */
export async function deviceMsPerStep({ device, runner }: Trainer, stepMs: number): Promise<number> {
  const steps = Math.max(1, Math.min(runner.steps, Math.floor(SUBMIT_MS / 2 / stepMs)));
  let least = Infinity;
  for (let i = 0; i < 3; i++) {
    await runner.runSteps(0, 0); // the step counter back to the first row of the schedule
    least = Math.min(least, (await device.time(runner.recording, steps)).ms / steps);
  }
  return least;
}

/** ms of whole epochs: every sample once, the metrics read back at the end. */
export async function sampleEpochs({ runner }: Trainer, { rounds, budgetMs }: Patience): Promise<Summary> {
  const times: number[] = [];
  const end = performance.now() + budgetMs;
  do {
    const start = performance.now();
    await runner.run({ rates: () => [0.001, 1, 1] });
    times.push(performance.now() - start);
  } while (times.length < rounds && performance.now() < end);
  return summarize(times, 1);
}
