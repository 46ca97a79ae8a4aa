import type { LayerView, NetworkView } from "../../../src/api/index.js";
import { type Layout, layOut } from "./layout.js";

/** Of what is not gone: later than any time. */
export const NEVER = 1e9;

/** A connection that is drawn; times in seconds. */
interface Link {
  /** original output id * 2^32 + original input id: exact while the former is below 2^21 */
  readonly cell: number;
  readonly start: number;
  readonly end: number;
  /** Its slot in the layer; of no meaning once it is gone. */
  readonly slot: number;
  readonly since: number;
  readonly until: number;
}

/** A neuron that is drawn. */
interface Dot {
  readonly place: number;
  readonly radius: number;
  readonly since: number;
  readonly until: number;
}

/** Links of a layer: those that are there, by slot, and those that fade out. */
export interface LinkLayer {
  readonly live: readonly Link[];
  readonly leaving: readonly Link[];
  /** One link in so many is in the sample, a power of 2. */
  readonly every: number;
}

/** All that is drawn of a network at one time; the next one is made from it. */
export interface Picture {
  readonly view: NetworkView;
  readonly layout: Layout;
  readonly imageShape: readonly [number, number] | null;
  readonly links: readonly LinkLayer[];
  /** Neurons by plane: the inputs, then each layer's. */
  readonly dots: readonly { readonly live: readonly Dot[]; readonly leaving: readonly Dot[] }[];
  /** All connections there are. */
  readonly connections: number;
  /** When the last fade is over. */
  readonly settled: number;
}

/** Original ids of the inputs of layer `l`. */
export function inputIds({ layers }: NetworkView, l: number): Uint32Array {
  return l > 0 ? layers[l - 1].neurons : Uint32Array.from({ length: layers[0].in }, (_, id) => id);
}

/** Connections of a layer. */
export function countLinks({ in: inputs, out, topology }: LayerView): number {
  return topology ? topology.nnz : inputs * out;
}

/** [slots] of the start of every row, and the input of a slot: for sparse and dense layers alike. */
export function rowsOf({ in: inputs, topology }: LayerView): { start(row: number): number; input(slot: number): number } {
  if (!topology) return { start: (row) => row * inputs, input: (slot) => slot % inputs };
  const { rowPtr, colIdx } = topology;
  return { start: (row) => rowPtr[row], input: (slot) => colIdx[slot] };
}

/** Connections into and out of each neuron of a plane: `into` is 0 for the inputs, `out` 0 for the outputs. */
export function degreesOf({ layers }: NetworkView, plane: number): { into: Uint32Array; out: Uint32Array } {
  const size = plane === 0 ? layers[0].in : layers[plane - 1].out;
  const into = new Uint32Array(size);
  const out = new Uint32Array(size);
  if (plane > 0) {
    const rows = rowsOf(layers[plane - 1]);
    for (let row = 0; row < size; row++) into[row] = rows.start(row + 1) - rows.start(row);
  }
  if (plane < layers.length) {
    const { topology, out: outputs } = layers[plane];
    if (topology) for (const col of topology.colIdx) out[col]++;
    else out.fill(outputs);
  }
  return { into, out };
}

/**
 * What to draw of `view` at `time` seconds, given what was drawn before: neurons and links that were there keep their places, new ones
 * come, missing ones leave for `fade` seconds. Of a layer about `most` links are drawn. Which links are drawn is settled by a hash of their original ids, so that the sample
 * follows the connections through evolutions. Starts anew for another network, one that is no descendant of the last.
 */
export function compose(
  view: NetworkView,
  imageShape: readonly [number, number] | null,
  before: Picture | null,
  time: number,
  fade: number,
  most: number,
): Picture {
  const previous = before && descends(view, before.view) ? before : null;
  const planes = [inputIds(view, 0), ...view.layers.map(({ neurons }) => neurons)];
  const layout =
    previous?.layout ??
    layOut(
      planes.map((ids) => ids.reduce((most, id) => Math.max(most, id + 1), 1)),
      imageShape,
    );
  const since = previous ? time : -NEVER;
  const stillLeaving = ({ until }: { until: number }) => until + fade > time;

  const links = view.layers.map((layer, l): LinkLayer => {
    const old = previous?.links[l];
    const every = old?.every ?? 2 ** Math.max(0, Math.ceil(Math.log2(countLinks(layer) / most)));
    const gone = new Map(old?.live.map((link) => [link.cell, link]));
    const live = sample(layer, planes[l], layout, l, every).map((link) => {
      const known = gone.get(link.cell);
      gone.delete(link.cell);
      return { ...link, since: known?.since ?? since, until: NEVER };
    });
    const leaving = [...gone.values()].map((link) => ({ ...link, until: time }));
    return { live, leaving: [...(old?.leaving ?? []), ...leaving].filter(stillLeaving), every };
  });
  const dots = planes.map((ids, plane) => {
    const old = previous?.dots[plane];
    const gone = new Map(old?.live.map((dot) => [dot.place, dot]));
    const { into, out } = degreesOf(view, plane);
    const most = into.reduce((high, degree, k) => Math.max(high, degree + out[k]), 1);
    const live = Array.from(ids, (id, k): Dot => {
      const place = layout.first[plane] + id;
      const known = gone.get(place);
      gone.delete(place);
      const radius = layout.radius[plane] * (0.3 + 0.7 * Math.sqrt((into[k] + out[k]) / most));
      return { place, radius, since: known?.since ?? since, until: NEVER };
    });
    const leaving = [...gone.values()].map((dot) => ({ ...dot, until: time }));
    return { live, leaving: [...(old?.leaving ?? []), ...leaving].filter(stillLeaving) };
  });
  const connections = view.layers.reduce((sum, layer) => sum + countLinks(layer), 0);
  return { view, layout, imageShape, links, dots, connections, settled: previous ? time + fade : time };
}

/** Whether the network may have come of `before` by evolution: the same inputs and layers, and no neuron that was not there. */
function descends({ layers, device }: NetworkView, before: NetworkView): boolean {
  if (device !== before.device || layers.length !== before.layers.length || layers[0].in !== before.layers[0].in) return false;
  return layers.every(({ neurons, topology }, l) => {
    const old = new Set(before.layers[l].neurons);
    return !topology === !before.layers[l].topology && neurons.every((id) => old.has(id));
  });
}

/** The links of a layer whose cell's hash is a multiple of `every`, by slot. */
function sample(
  layer: LayerView,
  inputs: Uint32Array,
  { first }: Layout,
  l: number,
  every: number,
): Omit<Link, "since" | "until">[] {
  const { neurons, out } = layer;
  const rows = rowsOf(layer);
  const links: Omit<Link, "since" | "until">[] = [];
  for (let row = 0; row < out; row++) {
    const salt = Math.imul(neurons[row] + 1, 0x9e3779b1);
    for (let slot = rows.start(row), end = rows.start(row + 1); slot < end; slot++) {
      const id = inputs[rows.input(slot)];
      if ((hash(salt ^ Math.imul(id, 0x85ebca77)) & (every - 1)) !== 0) continue;
      links.push({ cell: neurons[row] * 2 ** 32 + id, start: first[l] + id, end: first[l + 1] + neurons[row], slot });
    }
  }
  return links;
}

/** A 32-bit mix whose low bits depend on every bit of x (the finaliser of MurmurHash3, public domain). */
function hash(x: number): number {
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}
