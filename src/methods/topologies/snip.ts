import { sampleReader } from "../../data/sample-matrix.js";
import { loss } from "../../kernels/loss.js";
import { LAYER_KINDS } from "../../layers/index.js";
import { sortBatches } from "../../losses/whole.js";
import { summedOf } from "../../metrics/metric.js";
import { lossIn, responseOf } from "../../nn/config.js";
import { hash4 } from "../../util/counter-random.js";
import { random } from "../../util/random.js";
import { transpose } from "../../util/transpose.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { products } from "./products.js";
import type { SampleQuestion, TopologyRule } from "./rule.js";

/** The samples that saliency goes by, as in its source. */
const BATCH = 100;

/**
 * As many connections as erdos-renyi, at each layer's cells of the largest saliency |w dLoss/dw| in a dense network of random weights, over a batch of
 * the training part (SNIP; Lee et al. 2019; layer by layer as in the code of Evci et al. 2020). Weights are never stored: that of a cell is drawn by
 * the counter generator whenever it is needed. It takes 3 passes of 2 batch cells flop on the host.
 */
export const snip: TopologyRule = { name: "snip", densities: erdosRenyi.densities, scores: saliencies };

function saliencies(question: SampleQuestion): ReturnType<NonNullable<TopologyRule["scores"]>> {
  const { sizes, seed, set } = question;
  const count = Math.min(BATCH, set.samples);
  const stream = random(seed, "snip weights").uint32();
  /** Within sqrt(6 / inputs), as heUniform of a dense layer. */
  const weightOf = (layer: number, row: number, col: number) =>
    Math.sqrt(6 / sizes[layer]) * ((hash4(stream, layer, row, col) + 0.5) / 2 ** 31 - 1);
  const { y, deltas } = passBoth(question, count, weightOf);
  return (layer) => {
    const gradients = new Float64Array(sizes[layer]);
    return (row, scores) => {
      const delta = deltas[layer].subarray(row * count, (row + 1) * count);
      if (delta.every((value) => value === 0)) return;
      products(delta, y[layer], gradients);
      for (let col = 0; col < scores.length; col++)
        if (gradients[col] !== 0) scores[col] += Math.abs(gradients[col] * weightOf(layer, row, col));
    };
  };
}

/** What goes into each layer, y [inputs, count], and the derivative of the loss by what its outputs sum up, [outputs, count]. */
function passBoth(
  { sizes, network, set, targets, seed }: SampleQuestion,
  count: number,
  weightOf: (layer: number, row: number, col: number) => number,
): { y: Float64Array[]; deltas: Float64Array[] } {
  const order = Uint32Array.from({ length: set.samples }, (_, i) => i);
  random(seed, "snip").shuffle(order);
  const lossPiece = lossIn(network, true);
  const width = targets ? targets.length / set.samples : sizes[0];
  const batch = order.slice(0, count);
  if (lossPiece.sortBy && targets) sortBatches(batch, count, targets, width, lossPiece.sortBy);
  const last = sizes.length - 2;
  const kinds = sizes.slice(1).map(() => LAYER_KINDS.dense);
  const answers = kinds.map((_, i) => responseOf(network, kinds, i));
  const trained = answers.map(({ activation: { parameters = [] } }) => parameters.map(({ init }) => init));

  const y = [inputsOf(set, batch)];
  const z: Float64Array[] = [];
  for (let i = 0; i <= last; i++) {
    const sums = new Float64Array(sizes[i + 1] * count);
    const samples = transpose(y[i], sizes[i], count);
    const weights = new Float64Array(sizes[i]);
    for (let row = 0; row < sizes[i + 1]; row++) {
      for (let col = 0; col < weights.length; col++) weights[col] = weightOf(i, row, col);
      products(weights, samples, sums.subarray(row * count, (row + 1) * count));
    }
    z.push(sums);
    const { activation, alpha } = answers[i];
    if (i < last) y.push(sums.map((value) => activation.f(value, alpha, trained[i])));
  }

  const delta = new Float64Array(z[last].length);
  const wanted = targets ? Float64Array.from(targets) : y[0];
  const arrays = { order: batch, targets: wanted, z: z[last], delta, stepSums: new Float64Array(1), weights: delta };
  const constants = { WG: 1, MEMBERS: 1, WEIGHTED: 0, INPUTS: targets ? 0 : 1 };
  const pieces = { loss: lossPiece, metrics: summedOf([]) };
  const cursor = Uint32Array.of(0, count, 0, 0);
  loss.twin({ outputs: sizes[last + 1], stride: count, width }, { cursor, ...arrays }, constants, pieces);

  const deltas = [delta];
  for (let i = last; i > 0; i--) {
    const below = new Float64Array(sizes[i] * count);
    const samples = transpose(deltas[0], sizes[i + 1], count);
    const weights = new Float64Array(sizes[i + 1]);
    for (let col = 0; col < sizes[i]; col++) {
      for (let row = 0; row < weights.length; row++) weights[row] = weightOf(i, row, col);
      products(weights, samples, below.subarray(col * count, (col + 1) * count));
    }
    const { activation, alpha } = answers[i - 1];
    deltas.unshift(below.map((value, k) => value * activation.df(z[i - 1][k], alpha, trained[i - 1], 1, true)));
  }
  return { y, deltas };
}

/** [features, batch] the samples of a batch. */
function inputsOf({ x, features }: SampleQuestion["set"], batch: Uint32Array): Float64Array {
  const read = sampleReader(x, features);
  const inputs = new Float64Array(features * batch.length);
  batch.forEach((i, b) => {
    const sample = read(i);
    for (let j = 0; j < features; j++) inputs[j * batch.length + b] = sample[j];
  });
  return inputs;
}
