import type { SavedModel } from "../../src/api/index.js";

/** Counts of values in bins of equal width from -limit to limit, or from 0 to limit. */
export interface Histogram {
  readonly from: number;
  readonly to: number;
  readonly counts: Float64Array;
}

/** What the charts beside the curves show after an epoch. */
export interface Pictures {
  /** Of the weights of all connections. */
  readonly weights: Histogram;
  /** Of the connections of every hidden neuron, in and out. */
  readonly degrees: Histogram;
  /** [features]: connections of every input, and the sum of their |w|. */
  readonly inputDegree: Float32Array;
  readonly inputStrength: Float32Array;
}

const BINS = 40;

/** Looks at a network on the host: O(connections). */
export function picturesOf({ network, features }: SavedModel): Pictures {
  const { layers } = network;
  const inputDegree = new Float32Array(features);
  const inputStrength = new Float32Array(features);
  const [first] = layers;
  for (let k = 0; k < first.params.values.length; k++) {
    const input = first.topology ? first.topology.colIdx[k] : k % first.in;
    inputDegree[input]++;
    inputStrength[input] += Math.abs(first.params.values[k]);
  }
  return {
    weights: histogram(layers.map((layer) => layer.params.values)),
    degrees: degreeHistogram(network.layers),
    inputDegree,
    inputStrength,
  };
}

/** 0 included, symmetric about it; the limit is the largest |value|. */
function histogram(arrays: readonly ArrayLike<number>[]): Histogram {
  let limit = 0;
  for (const values of arrays) for (let k = 0; k < values.length; k++) limit = Math.max(limit, Math.abs(values[k]));
  const counts = new Float64Array(BINS);
  const scale = BINS / (2 * (limit || 1));
  for (const values of arrays) {
    for (let k = 0; k < values.length; k++) counts[Math.min(BINS - 1, Math.floor((values[k] + limit) * scale))]++;
  }
  return { from: -limit, to: limit, counts };
}

function degreeHistogram(layers: SavedModel["network"]["layers"]): Histogram {
  const hidden: Uint32Array[] = [];
  for (let i = 0; i + 1 < layers.length; i++) {
    const degree = new Uint32Array(layers[i].out);
    const [into, from] = [layers[i].topology, layers[i + 1].topology];
    for (let n = 0; n < degree.length; n++) degree[n] = into ? into.rowPtr[n + 1] - into.rowPtr[n] : layers[i].in;
    if (from) for (const n of from.colIdx) degree[n]++;
    else for (let n = 0; n < degree.length; n++) degree[n] += layers[i + 1].out;
    hidden.push(degree);
  }
  const most = hidden.reduce((all, degree) => degree.reduce((a, b) => Math.max(a, b), all), 0) + 1;
  const width = Math.max(1, Math.ceil(most / BINS));
  const counts = new Float64Array(Math.ceil(most / width));
  for (const degree of hidden) for (const count of degree) counts[Math.floor(count / width)]++;
  return { from: 0, to: counts.length * width, counts };
}
