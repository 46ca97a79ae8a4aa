import type { TypedData } from "../device/device.js";
import type { Place } from "../device/place.js";
import { isOwn, type LayerKind } from "../layers/kind.js";
import { allocate } from "./allocate.js";
import type { EvolveOptions } from "./evolve-options.js";
import { type GradientProbe, NO_PROBE } from "./gradient-probe.js";
import { type Reshaped, regrow, reshapeDense, reshapeOwn } from "./regrow.js";
import { type Pruned, remainsOf } from "./remains.js";
import { allOf, keepNeurons } from "./remove-neurons.js";

/** A layer of one network after pruning: its connections with what survives, null of one that has none of its own to lose. */
export interface PrunedShape {
  readonly in: number;
  readonly out: number;
  readonly kind: LayerKind;
  readonly pruned: Pruned | null;
  /** Where it lies among those of an ensemble's members; null of a single network. */
  readonly place: Place | null;
}

/** A layer after an evolution, and the neurons that stay. */
export interface ReshapedLayer extends Reshaped {
  readonly keepRows: Uint32Array;
  readonly keepCols: Uint32Array;
}

/** One network, single or a member, after its evolution: neurons leave, connections are allotted and grown. `scores` are those of its hidden neurons. */
export async function reshape(
  layers: readonly PrunedShape[],
  scores: readonly TypedData[],
  options: EvolveOptions,
): Promise<ReshapedLayer[]> {
  const pruned = layers.map((layer) => layer.pruned);
  const keepRows = keepNeurons(layers, pruned, scores, options);
  const keepCols = [allOf(layers[0].in), ...keepRows.slice(0, -1)];
  const remains = pruned.map((part, i) => part && remainsOf(i, part, keepRows[i], keepCols[i], options));
  const probe = openProbe(layers, keepRows, keepCols, options);
  const counts = await allocate(remains, options, probe);
  const reshaped: ReshapedLayer[] = [];
  for (const [i, rest] of remains.entries()) {
    const kept = { keepRows: keepRows[i], keepCols: keepCols[i] };
    if (rest) reshaped.push({ ...(await regrow(rest, counts[i], options, probe)), ...kept });
    else if (isOwn(layers[i].kind)) reshaped.push({ ...reshapeOwn(keepCols[i].length, keepRows[i].length), ...kept });
    else reshaped.push({ ...reshapeDense(layers[i].in, keepRows[i], keepCols[i]), ...kept });
  }
  return reshaped;
}

/** A probe of this network's cells; of a member's they are cells of the stack. */
function openProbe(
  layers: readonly PrunedShape[],
  keepRows: readonly Uint32Array[],
  keepCols: readonly Uint32Array[],
  { pieces: { grower, allocator }, probe }: EvolveOptions,
): GradientProbe {
  const over = grower.gradients ?? allocator.gradients;
  if (!over || !probe) return NO_PROBE;
  const shift = (kept: readonly Uint32Array[], start: "rowStart" | "colStart") =>
    kept.map((ids, i) => ids.map((id) => id + (layers[i].place?.[start] ?? 0)));
  return probe(over, { keepRows: shift(keepRows, "rowStart"), keepCols: shift(keepCols, "colStart") });
}
