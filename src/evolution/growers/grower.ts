import type { Cells } from "../../sparse/place.js";
import type { Derived, Topology } from "../../sparse/topology.js";
import type { Rng } from "../../util/random.js";
import type { GradientProbe } from "../gradient-probe.js";

/** A layer that is to get new connections, its neurons numbered as they are after those that leave have left. */
export interface Room {
  /** Its index, from 0. */
  readonly layer: number;
  /** Connections of which those marked in `survivors` stay (bit k % 32 of word k >> 5 is slot k's). */
  readonly base: Topology;
  readonly survivors: Uint32Array;
  /** The connections that stay, alone: every other cell is free. */
  readonly kept: Topology;
  /** How many are to be grown: at most the free cells. */
  readonly count: number;
  /** A stream of this layer's and this evolution's own. */
  readonly rng: Rng;
  /** The part of the epochs that is done, above 0 and below 1. */
  readonly progress: number;
  /** Gradients of the loss at cells of this layer and others; there where the grower asks for them. */
  readonly probe: GradientProbe;
  /** The layer with connections at `cells`: `count` free ones, each once, in any order. Throws on others. */
  place(cells: Cells): Derived;
  /** The layer with `count` free cells that `rng` draws, every set of them equally likely. */
  draw(): Derived;
}

/** Which free cells get new connections. */
export interface Grower {
  readonly name: string;
  /**
   * What the probe's gradients are taken over: the batch that the next epoch begins with, or the mean over the training set. Without it
   * the grower asks for none.
   */
  readonly gradients?: "batch" | "set";
  /**
   * A cell that was pruned in this evolution and grows again keeps its weight and its optimiser's state, as in RigL's published code (Evci et
   * al. 2020). Without it every connection that grows begins anew.
   */
  readonly keepsReturning?: boolean;
  /** The layer with `count` connections more: `room.place(cells)` or `room.draw()` makes it; one made otherwise is checked. */
  grow(room: Room): Derived | Promise<Derived>;
}
