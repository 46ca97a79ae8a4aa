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
  /** How many are to be grown, and the free cells, which are at least as many. */
  readonly count: number;
  readonly free: number;
  /** A stream of this layer's and this evolution's own. */
  readonly rng: Rng;
  /** The part of the epochs that is done, above 0 and below 1. */
  readonly progress: number;
  /** Candidates a connection, for growers that choose among some of the free cells. */
  readonly gamma: number;
  /** Whether a cell ever held a connection; there where the grower `explores`. */
  explored(row: number, col: number): boolean;
  /** Gradients of the loss at cells of this layer and others; there where the grower asks for them. */
  readonly probe: GradientProbe;
  /** The layer with connections at `cells`: `count` free ones, each once, in any order, or as a topology. Throws on others. */
  place(cells: Cells | Topology): Derived;
  /** The layer with `count` free cells that `rng` draws, every set of them equally likely: beside `first`, which are among the count. */
  draw(first?: Cells): Derived;
}

/** Which free cells get new connections. */
export interface Grower {
  readonly name: string;
  /**
   * What the probe's gradients are the mean over: the batch that the next epoch begins with, the training set, or, by auto, the training set where
   * it has fewer than 1,000 samples, else a batch. The option growSamples comes before it. Without it the grower asks for none.
   */
  readonly gradients?: "batch" | "set" | "auto";
  /** The options of an evolution that this grower takes, and others may not: those given to others are refused. */
  readonly takes?: readonly string[];
  /**
   * A cell that was pruned in this evolution and grows again keeps its weight and its optimiser's state, as in RigL's published code (Evci et
   * al. 2020). Without it every connection that grows begins anew.
   */
  readonly keepsReturning?: boolean;
  /** It asks which cells ever held a connection: a bit is kept for each cell. */
  readonly explores?: boolean;
  /** The layer with `count` connections more: `room.place(cells)` or `room.draw()` makes it; one made otherwise is checked. */
  grow(room: Room): Derived | Promise<Derived>;
}
