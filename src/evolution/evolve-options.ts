import type { Workspace } from "../sparse/loops.js";
import type { EvolutionConfig } from "./config.js";
import type { Exploration } from "./exploration.js";
import type { GradientProbe, GradientSamples, Numbering } from "./gradient-probe.js";
import type { Pieces } from "./pieces.js";

/** What happened to one layer. */
export interface LayerEvolution {
  /** Connections taken by the pruner. */
  readonly pruned: number;
  readonly regrown: number;
  /** By so many connections the layer has fewer than before: those that left and were not grown again. Below 0 where an allocator gave it more. */
  readonly lost: number;
  readonly nnz: number;
  /** Output neurons that left. */
  readonly removedNeurons: number;
}

/** What an evolution goes by. */
export interface EvolveOptions {
  readonly config: EvolutionConfig;
  readonly pieces: Pieces;
  /** Epochs trained so far, of how many: within an epoch a fraction. */
  readonly epoch: number;
  readonly epochs: number;
  /** Names the streams of a single network; the members of an ensemble have seeds of their own. */
  readonly seed: number;
  /** Neurons of every layer at the very start, inputs and classes included: removal is measured against them. */
  readonly firstSizes: readonly number[];
  /** Connections of every layer at the very start. */
  readonly firstConnections: readonly number[];
  /** How many each is to have after this evolution; null or absent where the allocator says so alone. */
  readonly goals?: readonly number[] | null;
  /** Whether layer i evolves; a sparse layer that does not keeps its connections, but may lose neurons. */
  readonly evolves: readonly boolean[];
  /** For every layer, and in it every member: how many weights are positive, negative, zero, not finite (kernel count-signs). */
  readonly counts: ArrayLike<number>;
  /** Which cells ever held a connection, where that is counted. */
  readonly exploration?: Exploration | null;
  /** Makes probes of the network as it was trained, one for each member's numbering of what is left of its layers. */
  readonly probes?: (over: GradientSamples) => (numbering: Numbering) => GradientProbe;
  /** Where arrays may lie that end with the evolution; `evolve` gives that of its scratch. */
  readonly space?: Workspace;
}
