import { expect } from "vitest";
import type { LayerEvolution } from "../../src/api/extend.js";
import {
  createCpuDevice,
  type Dataset,
  type Device,
  decodeCheckpoint,
  encodeCheckpoint,
  makeDataset,
  type RunOptions,
  type SavedModel,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import type { NetworkState } from "../../src/api/io.js";
import { random, validateTopology } from "../../src/api/sparse.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";

// Trains with pieces from outside of src, and checks what every evolution leaves.

/** The devices that pieces are to train on. */
export const EVERY_DEVICE: readonly (readonly [name: string, open: () => Promise<Device>])[] = [
  ["cpu", async () => createCpuDevice({ threads: 1 })],
  ["webgpu", () => sharedGpu()],
];
/** What `npm test` takes of them for one piece: WebGPU is only with a method of pieces of every kind, in method.test.ts. */
export const DEVICES = WHOLE ? EVERY_DEVICE : EVERY_DEVICE.slice(0, 1);

const rng = random(3, "extend");
const [SAMPLES, FEATURES, CLASSES] = [36, 12, 3];
const labels = Array.from({ length: SAMPLES }, (_, i) => `class ${i % CLASSES}`);
/** Noise around a pattern for each class. */
export const DATA: { train: Dataset } = {
  train: makeDataset({
    name: "patterns",
    x: Float32Array.from({ length: SAMPLES * FEATURES }, (_, k) => {
      const [sample, feature] = [Math.floor(k / FEATURES), k % FEATURES];
      return (feature % CLASSES === sample % CLASSES ? 2 : 0) + rng.normal();
    }),
    labels,
    features: FEATURES,
  }),
};

/** Four epochs, an evolution after each but the last. With tanh hardly a gradient is 0: what is 0 after an evolution was grown then. */
export const BASE = {
  hidden: [14, 10],
  epsilon: 2,
  output: "sparse",
  activation: "tanh",
  epochs: 4,
  batch: 8,
  lr: 0.02,
  seed: 7,
} as const satisfies TrainOptions;

/** The networks before and after each evolution. */
export interface Evolved {
  readonly epoch: number;
  readonly before: NetworkState;
  readonly after: NetworkState;
  readonly records: readonly LayerEvolution[];
}

/**
 * Trains, and returns what each evolution made of what; fails unless it keeps to what all evolutions keep to, and unless a run that is resumed
 * from a file after the second epoch ends with the same bits. Not for pieces that go by the number of epochs: what stood before an evolution
 * is what a shorter run ends with.
 */
export async function trainEvolved(device: Device, options: TrainOptions): Promise<readonly Evolved[]> {
  const saved = new Map<number, SavedModel>();
  const run = async (more: TrainOptions & RunOptions) => {
    const model = await train(DATA, { ...BASE, ...options, device, ...more });
    const ended = await model.save();
    await model.dispose();
    return { network: ended.network, evolutions: model.evolutions, history: model.history };
  };
  const onCheckpoint = (model: SavedModel) => {
    saved.set(model.training?.epoch ?? 0, model);
  };
  const whole = await run({ onCheckpoint });
  const evolved: Evolved[] = [];
  const looked = device.info.kind === "cpu" ? whole.evolutions : whole.evolutions.slice(-1); // SwiftShader takes its time
  for (const { epoch, layers: records } of looked) {
    const before = (await run({ epochs: epoch })).network;
    const after = saved.get(epoch)?.network as NetworkState;
    expectInvariants(before, after, records);
    evolved.push({ epoch, before, after, records });
  }
  expect(whole.evolutions.length).toBe(BASE.epochs - 1);
  const resumed = await run({ resume: decodeCheckpoint(encodeCheckpoint(saved.get(2) as SavedModel)) });
  expect(resumed.network).toEqual(whole.network);
  expect(resumed.history.map(({ runningLoss }) => runningLoss)).toEqual(whole.history.map(({ runningLoss }) => runningLoss));
  return evolved;
}

/** The neurons that a layer's columns are, by their original ids. */
const inputsOf = ({ layers }: NetworkState, i: number): number[] =>
  i > 0 ? [...layers[i - 1].neurons] : Array.from({ length: FEATURES }, (_, id) => id);

/** The value and the optimiser state of each connection by "output id,input id". */
export function connectionsOf(state: NetworkState, i: number): Map<string, readonly number[]> {
  const {
    topology,
    neurons,
    params: { values },
    state: { values: arrays = [] },
    in: inputs,
    out,
  } = state.layers[i];
  const ids = inputsOf(state, i);
  const cells = new Map<string, readonly number[]>();
  for (let row = 0; row < out; row++) {
    const [from, to] = topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * inputs, (row + 1) * inputs];
    for (let k = from; k < to; k++) {
      const col = topology ? topology.colIdx[k] : k - from;
      cells.set(`${neurons[row]},${ids[col]}`, [values[k], ...arrays.map((array) => array[k])]);
    }
  }
  return cells;
}

/** Fails unless survivors keep their bits, everything else starts at 0 without state, and the records count both. */
function expectInvariants(before: NetworkState, after: NetworkState, records: readonly LayerEvolution[]): void {
  for (const [i, layer] of after.layers.entries()) {
    if (layer.topology) validateTopology(layer.topology); // rowPtr from 0, columns strictly increasing: no cell twice
    const { pruned, regrown, lost, nnz, removedNeurons } = records[i];
    const old = connectionsOf(before, i);
    const now = connectionsOf(after, i);
    const living = new Set([...layer.neurons].map(String));
    expect(before.layers[i].out - layer.out).toBe(removedNeurons);
    expect(now.size).toBe(nnz);
    expect(old.size - nnz).toBe(lost);
    const kept = [...now].filter(
      ([cell, values]) => values[0] !== 0 && old.get(cell)?.every((value, j) => Object.is(value, values[j])), // what is 0 was grown, if where it was before
    );
    const grown = [...now].filter(([cell]) => !kept.some(([same]) => same === cell));
    expect(grown.length, `layer ${i}: grown`).toBe(regrown);
    for (const [cell, values] of grown) expect(values, cell).toEqual(values.map(() => 0));
    const ids = new Set(inputsOf(after, i).map(String));
    const stayed = [...old.keys()].filter((cell) => living.has(cell.split(",")[0]) && ids.has(cell.split(",")[1]));
    expect(kept.length, `layer ${i}: kept`).toBeGreaterThanOrEqual(stayed.length - pruned);
    expect(kept.length, `layer ${i}: kept`).toBeLessThanOrEqual(old.size - pruned);
  }
}

/** Fails unless a checkpoint that names a piece is refused, with a sentence that says what to hand in, where it is not handed in. */
export async function expectHandedIn(device: Device, own: TrainOptions, without: TrainOptions, sentence: string): Promise<void> {
  let file = new Uint8Array(0);
  const onCheckpoint = (saved: SavedModel) => {
    if (saved.training?.epoch === 2) file = encodeCheckpoint(saved);
  };
  await (await train(DATA, { ...BASE, ...own, device, onCheckpoint })).dispose();
  const resume = decodeCheckpoint(file);
  await expect(train(DATA, { ...BASE, ...without, device, resume })).rejects.toThrow(sentence);
  await (await train(DATA, { ...BASE, ...own, device, resume })).dispose();
}
