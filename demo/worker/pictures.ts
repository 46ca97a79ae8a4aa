import { inputStrength } from "../../src/api/experiment.js";
import type { SavedModel } from "../../src/api/index.js";
import { membersOf } from "../../src/api/io.js";

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
  /** [features]: connections of every input, and the sum of their |w|, of an ensemble the mean over its members. */
  readonly inputDegree: Float32Array;
  readonly inputStrength: Float32Array;
}

const BINS = 40;

/** Looks at a network on the host, or at all members of an ensemble: O(connections). */
export function picturesOf(saved: SavedModel): Pictures {
  const members = membersOf(saved).map(({ layers }) => layers);
  const inputDegree = new Float32Array(saved.features);
  for (const [first] of members) {
    for (let k = 0; k < first.params.values.length; k++) {
      inputDegree[first.topology ? first.topology.colIdx[k] : k % first.in]++;
    }
  }
  return {
    weights: histogram(members.flat().map((layer) => layer.params.values)),
    degrees: degreeHistogram(members.flatMap(hiddenDegrees)),
    inputDegree,
    inputStrength: Float32Array.from(inputStrength(saved)),
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

/** Connections of the neurons of each hidden layer, in and out. */
function hiddenDegrees(layers: SavedModel["network"]["layers"]): Uint32Array[] {
  const hidden: Uint32Array[] = [];
  for (let i = 0; i + 1 < layers.length; i++) {
    const degree = new Uint32Array(layers[i].out);
    const [into, from] = [layers[i].topology, layers[i + 1].topology];
    for (let n = 0; n < degree.length; n++) degree[n] = into ? into.rowPtr[n + 1] - into.rowPtr[n] : layers[i].in;
    if (from) for (const n of from.colIdx) degree[n]++;
    else for (let n = 0; n < degree.length; n++) degree[n] += layers[i + 1].out;
    hidden.push(degree);
  }
  return hidden;
}

function degreeHistogram(hidden: readonly Uint32Array[]): Histogram {
  const most = hidden.reduce((all, degree) => degree.reduce((a, b) => Math.max(a, b), all), 0) + 1;
  const width = Math.max(1, Math.ceil(most / BINS));
  const counts = new Float64Array(Math.ceil(most / width));
  for (const degree of hidden) for (const count of degree) counts[Math.floor(count / width)]++;
  return { from: 0, to: counts.length * width, counts };
}
