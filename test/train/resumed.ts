import { expect } from "vitest";
import type { Device } from "../../src/device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { COMPARED, METHODS, type MethodName } from "../../src/methods/index.js";
import type { OptimizerConfig } from "../../src/nn/config.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { EpochRecord, EvolutionRecord } from "../../src/train/records.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Runs of every kind, each compared with itself resumed.

export const OPTIMIZERS: Readonly<Record<string, Partial<OptimizerConfig>>> = {
  sgd: { momentum: 0 },
  momentum: { momentum: 0.9, decay: 0.01 },
  nesterov: { momentum: 0.9, nesterov: true },
  adam: { name: "adam" },
  adamw: { name: "adamw" },
  rmsprop: { name: "rmsprop" },
  lion: { name: "lion" },
  adabelief: { name: "adabelief" },
};

/** What else there is to remember from epoch to epoch. `removal` counts for the methods that remove neurons. */
export const EXTRAS: readonly (TrainOptions & { removal: object })[] = [
  { dropout: 0.3, activation: "srelu", evolution: { zetaSchedule: "cosine" }, removal: { first: 1, last: 4 } },
  {
    patience: 2,
    lr: 0.05,
    evolution: { period: 2, regrowInit: "heUniform" },
    removal: { schedule: "linear", first: 0, last: 5 },
  },
  {
    dropout: 0.2,
    dropoutStyle: "authors",
    activation: "allRelu",
    loss: "mse",
    dropLast: true,
    evolution: { zetaSchedule: "linear", prune: "magnitude", zeta: 0.4 },
    removal: { schedule: "percentile", amount: 0.2, first: 1, last: 5, every: 2, score: "degree" },
  },
  {
    evaluateEvery: 2,
    patience: 2,
    lr: { rate: 0.02, schedule: "cosine", warmup: 1.5 },
    activation: "gelu",
    evolution: { regrowInit: "heNormal" },
    removal: { first: 1, last: 3, score: "random" },
  },
];

/** A row of the matrix. */
export interface Kind {
  readonly name: string;
  readonly options: TrainOptions;
}

/** Method `m` with optimiser `o` and extra `e`, by index. */
export function kindOf(m: number, o: number, e: number): Kind {
  const method: MethodName = COMPARED[m];
  const optimizer = Object.keys(OPTIMIZERS)[o];
  const { removal, ...extra } = EXTRAS[e];
  const removes = method === "npset" || method === "static-np";
  const evolves = "prune" in METHODS[method];
  return {
    name: `${method}, ${optimizer}, ${Object.keys(extra).join(", ")}`,
    options: {
      method,
      hidden: method === "linear" ? undefined : [24],
      epsilon: 4,
      epochs: 6,
      batch: 16,
      seed: 1 + e,
      ...extra,
      optimizer: OPTIMIZERS[optimizer],
      evolution: { ...(evolves && extra.evolution), ...(removes && { removal }) },
    },
  };
}

/** A third of the validation labels is wrong, so that runs stop early. */
const data = {
  train: blobs({ samples: 40, features: 16 }),
  test: blobs({ samples: 12, features: 16, seed: 2 }),
  validation: {
    ...blobs({ samples: 12, features: 16, seed: 3 }),
    y: Uint32Array.from({ length: 12 }, (_, i) => (i % 3 ? i % 3 : 1)),
  },
};

async function run(device: Device, options: TrainOptions & RunOptions) {
  const checkpoints: SavedModel[] = [];
  const bests: SavedModel[] = [];
  const onCheckpoint = (saved: SavedModel) => void checkpoints.push(saved);
  const onBest = (saved: SavedModel) => void bests.push(saved);
  const model = await train(data, { ...options, device, onCheckpoint, onBest });
  const { network, training } = await model.save();
  await model.dispose();
  const { epoch, history, evolutions, plan } = model;
  return { network, epoch, training, history: timeless(history), evolutions: timeless(evolutions), plan, checkpoints, bests };
}

/** Through a file's bytes. */
const stored = (saved: SavedModel) => decodeCheckpoint(encodeCheckpoint(saved));

/**
 * Trains in one go, and again from each checkpoint that `from` picks among so many epochs: fails unless networks with all their state, records
 * and plans are the same.
 */
export async function expectSameResumed(
  device: Device,
  { name, options }: Kind,
  from: (epochs: number) => readonly number[],
  first: RunOptions = {},
): Promise<void> {
  const whole = await run(device, { ...options, ...first });
  for (const at of from(whole.checkpoints.length)) {
    const best = whole.bests.filter(({ training }) => (training?.epoch ?? 0) <= at).at(-1);
    const rest = await run(device, { ...options, resume: stored(whole.checkpoints[at - 1]), best: best && stored(best) });
    const where = `${name}: resumed from epoch ${at}`;
    try {
      expectSameState(rest.network, whole.network);
      rest.checkpoints.forEach((saved, i) => {
        expectSameState(saved.network, whole.checkpoints[at + i].network);
      });
    } catch (error) {
      throw new Error(where, { cause: error });
    }
    const { epoch, history, evolutions, plan } = rest;
    const expected = { epoch: whole.epoch, history: whole.history, evolutions: whole.evolutions, plan: whole.plan };
    expect({ epoch, history, evolutions, plan }, where).toEqual(expected);
    expect(timelessState(rest.training), where).toEqual(timelessState(whole.training));
  }
}

function timelessState(training: SavedModel["training"]) {
  const history = timeless((training?.history ?? []) as EpochRecord[]);
  const evolutions = timeless((training?.evolutions ?? []) as EvolutionRecord[]);
  return { ...training, history, evolutions };
}
