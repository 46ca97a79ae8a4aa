import type { NetworkView } from "../../../src/api/index.js";
import type { Painter } from "./painter.js";
import { inputIds, rowsOf } from "./picture.js";

/** A neuron as it is now; layer 0 is the inputs. */
export interface NeuronInfo {
  readonly layer: number;
  /** What it was numbered before any neuron left. */
  readonly id: number;
  /** Where it is drawn, in CSS pixels. */
  readonly x: number;
  readonly y: number;
  readonly degreeIn: number;
  readonly degreeOut: number;
  /** sum |w| over its connections. */
  readonly strengthIn: number;
  readonly strengthOut: number;
  /** Up to 5 connections into it, by |w|, the largest first; `id` as above, in the layer before. */
  readonly inputs: readonly { readonly id: number; readonly weight: number }[];
}

/** A neuron, and where it is drawn. */
export type NeuronPlace = Pick<NeuronInfo, "layer" | "id" | "x" | "y">;

/** Looks a neuron up: its connections on the host, their weights by `weights`. `view` has to be valid when this is called. */
export async function describeNeuron(
  view: NetworkView,
  { layer, id, x, y }: NeuronPlace,
  weights: Painter["weights"],
): Promise<NeuronInfo> {
  const into: { id: number; slot: number }[] = [];
  if (layer > 0) {
    const rows = rowsOf(view.layers[layer - 1]);
    const ids = inputIds(view, layer - 1);
    const row = view.layers[layer - 1].neurons.indexOf(id);
    for (let slot = rows.start(row); slot < rows.start(row + 1); slot++) into.push({ id: ids[rows.input(slot)], slot });
  }
  const out = layer < view.layers.length ? slotsOut(view, layer, id) : [];
  const slotsIn = into.map(({ slot }) => slot);
  const read = (l: number, slots: readonly number[]) => (slots.length > 0 ? weights(view, l, slots) : new Float32Array(0));
  const [win, wout] = await Promise.all([read(layer - 1, slotsIn), read(layer, out)]);
  const inputs = into
    .map(({ id }, k) => ({ id, weight: win[k] }))
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, 5);
  const strength = (weights: Float32Array) => weights.reduce((sum, weight) => sum + Math.abs(weight), 0);
  return {
    layer,
    id,
    x,
    y,
    inputs,
    degreeIn: into.length,
    degreeOut: out.length,
    strengthIn: strength(win),
    strengthOut: strength(wout),
  };
}

/** Slots of the connections out of a neuron, increasing. */
function slotsOut(view: NetworkView, layer: number, id: number): number[] {
  const { in: inputs, out, topology } = view.layers[layer];
  const col = inputIds(view, layer).indexOf(id);
  if (!topology) return Array.from({ length: out }, (_, row) => row * inputs + col);
  const slots: number[] = [];
  for (let slot = topology.colIdx.indexOf(col); slot >= 0; slot = topology.colIdx.indexOf(col, slot + 1)) slots.push(slot);
  return slots;
}
