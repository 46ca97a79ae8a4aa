import { createHash } from "node:crypto";
import type { Device } from "../../src/device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { COMPARED } from "../../src/methods/index.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";

// Small runs of every choice there was in 0.1.0, whose bits are kept (fixtures/bits): a change of the engine's design changes none.

const ACTIVATIONS = ["relu", "leakyRelu", "allRelu", "sigmoid", "tanh", "gelu", "srelu"] as const;
const SCORES = ["strength", "strength-in", "strength-out", "degree", "random"] as const;

const OPTIMIZERS = {
  sgd: { momentum: 0 },
  momentum: { momentum: 0.9, decay: 0.01 },
  nesterov: { momentum: 0.9, nesterov: true },
  adam: { name: "adam" },
  adamw: { name: "adamw" },
  rmsprop: { name: "rmsprop" },
} as const;

const OTHERS: Readonly<Record<string, TrainOptions>> = {
  mse: { loss: "mse" },
  authors: { loss: "authors", dropout: 0.3, dropoutStyle: "authors", activation: "allRelu" },
  dropout: { dropout: 0.3, activation: "tanh" },
  magnitude: { evolution: { prune: "magnitude", zetaSchedule: "cosine", regrowInit: "heNormal" } },
  "prune none": { evolution: { prune: "none" } },
  "zeta linear": { evolution: { zetaSchedule: "linear", zeta: 0.5, period: 2, regrowInit: "xavierUniform" } },
  percentile: { evolution: { removal: { schedule: "percentile", amount: 0.3, first: 1, last: 5, every: 2 } } },
  shrinking: { evolution: { removal: { schedule: "linear", budget: "shrinking", first: 0, last: 4 } } },
  schedule: { lr: { rate: 0.02, schedule: "cosine", warmup: 1.5 }, dropLast: true },
  steps: { lr: { rate: 0.02, schedule: "step" }, init: "xavierNormal", output: "sparse" },
  fixed: { output: "fixed", init: "normal" },
  "dense output": { output: "dense", inputs: "raw" },
  "one batch": { batch: 40, hidden: [9] },
  "batch of one": { batch: 1, hidden: [8, 7, 6] },
};

/** The runs by name: 6 epochs of a small network, with removal where the method removes. */
export const RUNS: Readonly<Record<string, TrainOptions>> = Object.fromEntries(
  [
    ...COMPARED.slice(0, 8).map((method) => [`method ${method}`, { method }] as const),
    ...Object.entries(OPTIMIZERS).map(([name, optimizer]) => [`optimizer ${name}`, { optimizer }] as const),
    ...ACTIVATIONS.map((activation) => [`activation ${activation}`, { activation, optimizer: "adam" }] as const),
    ...SCORES.map((score) => [`score ${score}`, { evolution: { removal: { score } } }] as const),
    ...Object.entries(OTHERS),
  ].map(([name, options]: readonly [string, TrainOptions]) => {
    const hidden = options.method === "linear" ? undefined : [12, 10];
    return [name, { hidden, epsilon: 3, epochs: 6, batch: 16, lr: 0.02, seed: 5, ...options }];
  }),
);

export const DATA = { train: blobs({ samples: 40, features: 14 }), test: blobs({ samples: 12, features: 14, seed: 2 }) };

/** Bytes of the checkpoint after epoch 3. */
export async function checkpointOf(device: Device, name: string): Promise<Uint8Array> {
  let bytes = new Uint8Array(0);
  const onCheckpoint: RunOptions["onCheckpoint"] = (saved) => {
    if (saved.training?.epoch === 3) bytes = encodeCheckpoint(saved);
  };
  await (await train(DATA, { ...RUNS[name], device, onCheckpoint })).dispose();
  return bytes;
}

/** SHA-256, cut to 16 digits, of all tensors that a run ends with and of its losses. */
export async function bitsOf(device: Device, name: string, checkpoint?: Uint8Array): Promise<string> {
  const model = await train(DATA, { ...RUNS[name], device, ...(checkpoint && { resume: decodeCheckpoint(checkpoint) }) });
  const bytes = encodeCheckpoint(await model.save());
  await model.dispose();
  const hash = createHash("sha256");
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  const { __metadata__, ...tensors } = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length)));
  for (const [tensor, { dtype, shape, data_offsets: at }] of Object.entries<Tensor>(tensors).sort(([a], [b]) =>
    a < b ? -1 : 1,
  )) {
    hash.update(`${tensor} ${dtype} ${shape}\n`).update(bytes.subarray(8 + length + at[0], 8 + length + at[1]));
  }
  const losses = model.history.flatMap((epoch) => [epoch.runningLoss, epoch.trainLoss, epoch.testLoss, epoch.nnz]);
  return hash.update(JSON.stringify(losses)).digest("hex").slice(0, 16);
}

interface Tensor {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}
