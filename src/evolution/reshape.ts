import type { TypedData } from "../device/device.js";
import type { Place } from "../device/place.js";
import { isOwn, type LayerKind } from "../layers/kind.js";
import { allocate } from "./allocate.js";
import type { EvolveOptions } from "./evolve-options.js";
import { type ExploredCells, exploredIn, notExplored } from "./exploration.js";
import { type GradientProbe, NO_PROBE, type Numbering } from "./gradient-probe.js";
import { percolate } from "./percolate.js";
import { type Reshaped, regrow, reshapeDense, reshapeOwn } from "./regrow.js";
import { type Pruned, remainsOf } from "./remains.js";
import { keepInputs, widen } from "./remove-inputs.js";
import { allOf, dueRemoval, keepNeurons, measureNeurons } from "./remove-neurons.js";

/** A layer of one network after pruning: its connections with what survives, null of one that has none of its own to lose. */
export interface PrunedShape {
  readonly in: number;
  readonly out: number;
  readonly kind: LayerKind;
  readonly pruned: Pruned | null;
  /** Where it lies among those of an ensemble's members; null of a single network. */
  readonly place: Place | null;
  /** What its output neurons were at the very start. */
  readonly ids: Uint32Array;
}

/** A layer after an evolution, and the neurons that stay. */
export interface ReshapedLayer extends Reshaped {
  readonly keepRows: Uint32Array;
  readonly keepCols: Uint32Array;
}

/**
 * One network, single or a member, after its evolution: neurons leave, connections are allotted and grown. `scores` are those of its hidden neurons,
 * `inputs` the weights of its first layer where inputs are to leave.
 */
export async function reshape(
  layers: readonly PrunedShape[],
  scores: readonly TypedData[],
  inputs: TypedData | null,
  options: EvolveOptions,
  probes: Probes,
  explored: readonly ExploredCells[] = [],
): Promise<ReshapedLayer[]> {
  const pruned = options.config.percolate ? percolate(layers, options.evolves) : layers.map((layer) => layer.pruned);
  const all = allOf(layers[0].in);
  const before = () =>
    numberingOf(
      layers,
      layers.map(({ out }) => allOf(out)),
      layers.map((layer) => allOf(layer.in)),
    );
  const measured = dueRemoval(options) ? await measureNeurons(layers, pruned, options, probes?.(before()) ?? NO_PROBE) : null;
  const keepRows = keepNeurons(layers, pruned, measured ?? scores, options);
  const keepCols = [keepInputs(pruned[0], inputs, options), ...keepRows.slice(0, -1)];
  const remains = pruned.map((part, i) => part && remainsOf(i, part, keepRows[i], keepCols[i], options));
  const probe = probes?.(numberingOf(layers, keepRows, keepCols)) ?? NO_PROBE;
  const idsOf = (i: number) => keepRows[i].map((row) => layers[i].ids[row]);
  const exploredOf = (i: number) => {
    const cells = explored[i];
    return cells ? exploredIn(cells, options.firstSizes[i], idsOf(i), i === 0 ? keepCols[0] : idsOf(i - 1)) : notExplored;
  };
  const counts = await allocate(remains, options, probe);
  // All layers at once: what they ask of the probe shares a pass over the samples.
  return Promise.all(
    remains.map(async (rest, i) => {
      const kept = { keepRows: keepRows[i], keepCols: i === 0 ? all : keepCols[i] };
      if (rest) {
        const grown = await regrow(rest, counts[i], options, probe, exploredOf(i));
        return { ...(i === 0 ? widen(grown, keepCols[0], layers[0].in) : grown), ...kept };
      }
      if (isOwn(layers[i].kind)) return { ...reshapeOwn(keepCols[i].length, keepRows[i].length), ...kept };
      return { ...reshapeDense(layers[i].in, keepRows[i], keepCols[i]), ...kept };
    }),
  );
}

/** Makes a probe of a member's cells; undefined where no piece asks for gradients. */
type Probes = ((numbering: Numbering) => GradientProbe) | undefined;

/** Probes of the network as it was trained, over the samples that the grower, or else the allocator, or else a scorer now, asks for. */
export function openProbes(options: EvolveOptions): Probes {
  const { config, pieces, probes } = options;
  const { grower, allocator, scorer } = pieces;
  const over = grower.gradients ?? allocator.gradients ?? (dueRemoval(options) ? scorer?.gradients : undefined);
  return over && probes?.(config.growSamples ?? over);
}

/** The neurons that stay; of a member they are numbered as in the stack. */
function numberingOf(
  layers: readonly PrunedShape[],
  keepRows: readonly Uint32Array[],
  keepCols: readonly Uint32Array[],
): Numbering {
  const shift = (kept: readonly Uint32Array[], start: "rowStart" | "colStart") =>
    kept.map((ids, i) => (layers[i].place ? ids.map((id) => id + (layers[i].place?.[start] ?? 0)) : ids));
  return { keepRows: shift(keepRows, "rowStart"), keepCols: shift(keepCols, "colStart") };
}
