import { findPiece } from "../options/piece.js";
import type { Allocator } from "./allocators/allocator.js";
import { ALLOCATORS, type AllocatorName } from "./allocators/index.js";
import type { EvolutionConfig } from "./config.js";
import type { Grower } from "./growers/grower.js";
import { GROWERS, type GrowerName } from "./growers/index.js";
import { PRUNERS, type PrunerName } from "./pruners/index.js";
import type { Pruner } from "./pruners/pruner.js";
import { SCORERS, type ScorerName } from "./scorers/index.js";
import type { Scorer } from "./scorers/scorer.js";

/** The pieces of an evolution. */
export interface Pieces {
  readonly pruner: Pruner;
  readonly grower: Grower;
  readonly allocator: Allocator;
  /** null where no neuron leaves. */
  readonly scorer: Scorer | null;
}

/** The pieces that a config names, or holds. */
export function findPieces({
  prune,
  grow = "random",
  removal,
  allocate = removal?.budget ?? "constant",
}: EvolutionConfig): Pieces {
  return {
    pruner: findPiece<PrunerName, Pruner>(PRUNERS, prune),
    grower: findPiece<GrowerName, Grower>(GROWERS, grow),
    allocator: findPiece<AllocatorName, Allocator>(ALLOCATORS, allocate),
    scorer: removal && findPiece<ScorerName, Scorer>(SCORERS, removal.score),
  };
}
