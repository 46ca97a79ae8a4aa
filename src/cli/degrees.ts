import type { LayerState, NetworkState } from "../nn/state.js";
import { fanIn, fanOut } from "../sparse/topology.js";

/** Connections of every output (fanIn) and every input (fanOut) of a layer. */
export function degrees(layer: LayerState): { fanIn: Uint32Array; fanOut: Uint32Array } {
  if (layer.topology) return { fanIn: fanIn(layer.topology), fanOut: fanOut(layer.topology) };
  return { fanIn: new Uint32Array(layer.out).fill(layer.in), fanOut: new Uint32Array(layer.in).fill(layer.out) };
}

/** The degrees in a layer of all members of an ensemble: of neurons one member after the other; in the first layer all have the same inputs. */
export function degreesOfMembers(layers: readonly LayerState[], first: boolean): { fanIn: Uint32Array; fanOut: Uint32Array } {
  const each = layers.map(degrees);
  const all = (of: "fanIn" | "fanOut") => Uint32Array.from(each.flatMap((one) => Array.from(one[of])));
  if (!first) return { fanIn: all("fanIn"), fanOut: all("fanOut") };
  return { fanIn: all("fanIn"), fanOut: each[0].fanOut.map((_, i) => each.reduce((sum, one) => sum + one.fanOut[i], 0)) };
}

/** Hidden neurons after layer `index` that no connection enters or none leaves. */
export function deadNeurons({ layers }: NetworkState, index: number): number {
  if (index === layers.length - 1) return 0;
  const enters = degrees(layers[index]).fanIn;
  const leaves = degrees(layers[index + 1]).fanOut;
  return enters.reduce((dead, count, n) => dead + (count === 0 || leaves[n] === 0 ? 1 : 0), 0);
}

/** How many neurons have so many connections: pairs [degree, neurons], by ascending degree, neurons above 0. */
export type Distribution = readonly (readonly [degree: number, neurons: number])[];

/** The distribution of degrees, and of so many neurons more that have none. */
export function distribution(degrees: Uint32Array, unconnected = 0): Distribution {
  const pairs: [number, number][] = unconnected > 0 ? [[0, unconnected]] : [];
  for (const degree of degrees.slice().sort()) {
    const last = pairs.at(-1);
    if (last?.[0] === degree) last[1]++;
    else pairs.push([degree, 1]);
  }
  return pairs;
}

/** The distribution of the inputs' degrees, in memory of the connections alone: how many inputs there are, a file only claims. */
export function fanOutDistribution({ topology, in: inputs, out }: LayerState): Distribution {
  if (!topology) return [[out, inputs]];
  const columns = topology.colIdx.slice().sort();
  const starts = columns.map((_, k) => k).filter((k) => k === 0 || columns[k] !== columns[k - 1]);
  const runs = starts.map((start, i) => (starts[i + 1] ?? columns.length) - start);
  return distribution(runs, inputs - runs.length);
}

export interface Spread {
  readonly min: number;
  readonly median: number;
  readonly max: number;
}

/** Least, median (of an even count the mean of the middle two) and most. */
export function spread(degrees: Distribution): Spread {
  const count = degrees.reduce((sum, [, neurons]) => sum + neurons, 0);
  const at = (rank: number) => {
    let left = rank;
    for (const [degree, neurons] of degrees) {
      if (left < neurons) return degree;
      left -= neurons;
    }
    return 0; // of no neurons
  };
  const median = (at(Math.floor((count - 1) / 2)) + at(Math.floor(count / 2))) / 2;
  return { min: at(0), median, max: at(count - 1) };
}

/** Bars of a histogram of degrees, at most. */
const BARS = 16;

/** Neurons by degree: counts[i] have from `start + i width` to below `start + (i + 1) width` connections; at most 16 bars of whole widths. */
export interface DegreeHistogram {
  readonly start: number;
  readonly width: number;
  readonly counts: readonly number[];
}

/** The histogram of degrees, of at least one neuron. */
export function degreeHistogram(degrees: Distribution): DegreeHistogram {
  const { min, max } = spread(degrees);
  const width = Math.ceil((max - min + 1) / BARS);
  const counts = new Array<number>(Math.ceil((max - min + 1) / width)).fill(0);
  for (const [degree, neurons] of degrees) counts[Math.floor((degree - min) / width)] += neurons;
  return { start: min, width, counts };
}
