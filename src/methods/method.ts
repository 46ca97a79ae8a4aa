import type { Allocator } from "../evolution/allocators/allocator.js";
import type { AllocatorName } from "../evolution/allocators/index.js";
import type { EvolutionOptions, RemovalOptions } from "../evolution/config.js";
import type { Grower } from "../evolution/growers/grower.js";
import type { GrowerName } from "../evolution/growers/index.js";
import type { PrunerName } from "../evolution/pruners/index.js";
import type { Pruner } from "../evolution/pruners/pruner.js";
import type { ScorerName } from "../evolution/scorers/index.js";
import type { Scorer } from "../evolution/scorers/scorer.js";
import type { LayoutRule } from "./layouts/layout.js";
import type { TopologyName } from "./topologies/index.js";

/**
 * What a network starts with and what evolutions do to it. Pieces are named, or are objects of your own. They are defaults: the options of the
 * same names come before them.
 */
export interface Method {
  readonly name: string;
  readonly layout: LayoutRule;
  /** Without it nothing is pruned and nothing grows, whatever the options say. */
  readonly prune?: PrunerName | Pruner;
  /** Default random. */
  readonly grow?: GrowerName | Grower;
  /** The scorer by which neurons leave; without it they stay. */
  readonly remove?: ScorerName | Scorer;
  /** How they leave, where it is not by the defaults. */
  readonly removal?: Omit<RemovalOptions, "score">;
  /** Default constant. */
  readonly allocate?: AllocatorName | Allocator;
  /** New connections are chosen while those to be pruned are still there, so that none of these comes back. */
  readonly growFirst?: boolean;
  /** The settings of its evolutions, where they are not the defaults. */
  readonly evolution?: Omit<EvolutionOptions, "prune" | "grow" | "allocate" | "growFirst" | "removal">;
  /** How its first connections are dealt to layers; default erdos-renyi. */
  readonly topology?: TopologyName;
  /** Who published it. */
  readonly source?: string;
}
