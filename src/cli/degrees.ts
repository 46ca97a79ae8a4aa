import type { LayerState, NetworkState } from "../nn/state.js";
import { fanIn, fanOut } from "../sparse/topology.js";

/** Connections of every output (fanIn) and every input (fanOut) of a layer. */
export function degrees(layer: LayerState): { fanIn: Uint32Array; fanOut: Uint32Array } {
  if (layer.topology) return { fanIn: fanIn(layer.topology), fanOut: fanOut(layer.topology) };
  return { fanIn: new Uint32Array(layer.out).fill(layer.in), fanOut: new Uint32Array(layer.in).fill(layer.out) };
}

/** Sum of |w| over the connections that leave every input of a layer. */
export function strengthOut(layer: LayerState): Float64Array {
  const strength = new Float64Array(layer.in);
  for (let k = 0; k < layer.values.length; k++) {
    strength[layer.topology ? layer.topology.colIdx[k] : k % layer.in] += Math.abs(layer.values[k]);
  }
  return strength;
}

/** Hidden neurons after layer `index` that no connection enters or none leaves. */
export function deadNeurons({ layers }: NetworkState, index: number): number {
  if (index === layers.length - 1) return 0;
  const enters = degrees(layers[index]).fanIn;
  const leaves = degrees(layers[index + 1]).fanOut;
  return enters.reduce((dead, count, n) => dead + (count === 0 || leaves[n] === 0 ? 1 : 0), 0);
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Least, median (of an even count the mean of the middle two) and most. */
export function spread(values: Uint32Array): Spread {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { min: sorted[0], median, max: sorted[sorted.length - 1] };
}

/** Bars of a histogram of degrees, at most. */
const BARS = 16;

/** Neurons by degree: counts[i] have from `start + i width` to below `start + (i + 1) width` connections; at most 16 bars of whole widths. */
export interface DegreeHistogram {
  readonly start: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** The histogram of degrees, at least one. */
export function degreeHistogram(values: Uint32Array): DegreeHistogram {
  const { min, max } = spread(values);
  const width = Math.ceil((max - min + 1) / BARS);
  const counts = new Array<number>(Math.ceil((max - min + 1) / width)).fill(0);
  for (const value of values) counts[Math.floor((value - min) / width)]++;
  return { start: min, width, counts };
}
