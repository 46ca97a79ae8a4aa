import type { Topology } from "../../sparse/topology.js";
import type { GradientProbe } from "../gradient-probe.js";

/** A layer that evolves, after pruning and after neurons have left. */
export interface Allotment {
  /** Its index, from 0. */
  readonly layer: number;
  /** Connections when training began, and before this evolution. */
  readonly first: number;
  readonly before: number;
  /** Those that were pruned, and those that are left: the others left with neurons. */
  readonly pruned: number;
  readonly left: number;
  /** How many it is to have now, where the allocator `falls`; else as many as before. */
  readonly goal: number;
  /** Cells that the layer has now: as many connections fit. */
  readonly cells: number;
  /** How many may grow now: where growth comes before pruning, the cells of those to be pruned are not free. */
  readonly room: number;
  /** The connections that are left. */
  readonly kept: Topology;
}

/** What beside the layers an allocator may go by. */
export interface AllotmentContext {
  /** The part of the epochs that is done, above 0 and below 1. */
  readonly progress: number;
  /** Gradients of the loss at cells of layers; there where the allocator or the grower asks for them. */
  readonly probe: GradientProbe;
}

/** How many connections each layer has after an evolution. */
export interface Allocator {
  readonly name: string;
  /** What the probe's gradients are taken over, see `Grower`. */
  readonly gradients?: "batch" | "set" | "auto";
  /**
   * All counts together are at most so many times the connections that these layers had when training began: memory is planned for them, in any
   * layer. Default 1; built-in ones that say none give no layer more than it had.
   */
  readonly most?: number;
  /**
   * Layers begin denser, as the option `densityStart` says, and fall to their own number of connections: the part of the difference that is there still after the part t of the
   * evolutions, 0 after the last (t is 1). What is to go is pruned beside the fraction zeta of what stays.
   */
  falls?(t: number): number;
  /**
   * What is known of the counts before training, for plans: a layer keeps its connections as long as there are cells for them, or its density, on
   * average, as connections leave with neurons. Left out where the counts hang on training.
   */
  readonly keeps?: "connections" | "density";
  /** For each of the layers a number from its `left` to its `cells`; the difference to `left` is grown. */
  counts(layers: readonly Allotment[], context: AllotmentContext): readonly number[] | Promise<readonly number[]>;
}
