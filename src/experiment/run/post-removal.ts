import type { Dataset } from "../../data/dataset.js";
import type { Device } from "../../device/device.js";
import { folded } from "../../io/folded.js";
import type { SavedModel } from "../../io/saved-model.js";
import type { Variants } from "../../kernels/candidates.js";
import type { LayerState } from "../../nn/state.js";
import { taskOf } from "../../tasks/index.js";
import { type Evaluation, loadModel } from "../../train/model.js";
import { random } from "../../util/random.js";
import type { RemovalCurve } from "./records.js";

/** How neurons are ranked, as in neuron removal while training. */
export const REMOVAL_SCORES = ["strength", "strength-in", "strength-out", "degree"] as const;
export type RemovalScore = (typeof REMOVAL_SCORES)[number];

/** Fractions of the first hidden layer's neurons that are taken out: 0, 0.05, ..., 1. */
export const FRACTIONS: readonly number[] = Array.from({ length: 21 }, (_, i) => i / 20);
/** Random orders whose values are averaged. */
const ORDERS = 5;
/** Orders in which neurons are taken out: two for each score, and the random ones. */
export const REMOVAL_ORDERS = 2 * REMOVAL_SCORES.length + ORDERS;

/**
 * [neurons] scores of the first hidden layer: sum of |w| over the incoming connections (strength-in), over the outgoing ones
 * (strength-out), both (strength), or the number of connections (degree).
 */
export function firstLayerScores({ network }: SavedModel, score: RemovalScore): Float64Array {
  const [first, second] = network.layers;
  const scores = new Float64Array(first.out);
  const worth = (value: number) => (score === "degree" ? 1 : Math.abs(value));
  if (score !== "strength-out")
    forEachConnection(first, (row, _col, slot) => {
      scores[row] += worth(first.params.values[slot]);
    });
  if (score !== "strength-in")
    forEachConnection(second, (_row, col, slot) => {
      scores[col] += worth(second.params.values[slot]);
    });
  return scores;
}

/** The model with neurons of its first hidden layer taken out: their incoming and outgoing weights and their biases are 0. */
function withoutNeurons(saved: SavedModel, neurons: Iterable<number>): SavedModel {
  const [first, second, ...rest] = saved.network.layers;
  const gone = new Uint8Array(first.out);
  for (const neuron of neurons) gone[neuron] = 1;
  const incoming = first.params.values.slice();
  const outgoing = second.params.values.slice();
  forEachConnection(first, (row, _col, slot) => {
    if (gone[row]) incoming[slot] = 0;
  });
  forEachConnection(second, (_row, col, slot) => {
    if (gone[col]) outgoing[slot] = 0;
  });
  const bias = first.params.bias.map((value, row) => (gone[row] ? 0 : value));
  const changed = [
    { ...first, params: { ...first.params, values: incoming, bias } },
    { ...second, params: { ...second.params, values: outgoing } },
  ];
  return { ...saved, network: { ...saved.network, layers: [...changed, ...rest] } };
}

/**
 * The task's first metric on the test part, of a trained network as neurons of its first hidden layer are taken out, without training again: for each score in ascending
 * order (the least important first), descending, and random (the mean of five orders, the same for each score). Of equal scores the lower
 * index goes first. round(fraction neurons) are out. A network without a hidden layer has no curves.
 */
export async function postRemoval(
  device: Device,
  given: SavedModel,
  test: Dataset,
  { seed, variants, fractions = FRACTIONS }: { seed: number; variants?: Variants; fractions?: readonly number[] },
): Promise<RemovalCurve[]> {
  const saved = folded(given);
  if (saved.network.layers.length < 2) return [];
  const neurons = saved.network.layers[0].out;
  const [metric] = taskOf(saved.config.task).metrics;
  const valuesOf = async (order: ArrayLike<number>) => {
    const values: number[] = [];
    for (const fraction of fractions) {
      const out = Array.from(order).slice(0, Math.round(fraction * neurons));
      const model = loadModel(device, withoutNeurons(saved, out), variants);
      try {
        values.push(Number((await model.evaluate(test))[metric.name as keyof Evaluation]));
      } finally {
        await model.dispose();
      }
    }
    return values;
  };
  const shuffled: number[][] = [];
  for (let i = 0; i < ORDERS; i++) {
    const order = Uint32Array.from({ length: neurons }, (_, n) => n);
    random(seed, "removal order", i).shuffle(order);
    shuffled.push(await valuesOf(order));
  }
  const mean = fractions.map((_, i) => shuffled.reduce((sum, values) => sum + values[i], 0) / ORDERS);
  const curves: RemovalCurve[] = [];
  for (const score of REMOVAL_SCORES) {
    const scores = firstLayerScores(saved, score);
    const order = Array.from(scores.keys()).sort((a, b) => scores[a] - scores[b] || a - b);
    const descending = Array.from(scores.keys()).sort((a, b) => scores[b] - scores[a] || a - b);
    curves.push({ score, order: "ascending", fractions, values: await valuesOf(order) });
    curves.push({ score, order: "descending", fractions, values: await valuesOf(descending) });
    curves.push({ score, order: "random", fractions, values: mean });
  }
  return curves;
}

function forEachConnection(layer: LayerState, visit: (row: number, col: number, slot: number) => void): void {
  const { topology } = layer;
  for (let row = 0; row < layer.out; row++) {
    const begin = topology ? topology.rowPtr[row] : row * layer.in;
    const end = topology ? topology.rowPtr[row + 1] : begin + layer.in;
    for (let slot = begin; slot < end; slot++) visit(row, topology ? topology.colIdx[slot] : slot - begin, slot);
  }
}
