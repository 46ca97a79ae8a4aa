import { findPiece } from "../options/piece.js";
import type { EvolutionConfig } from "./config.js";
import { ALLOCATOR, GROWER, PRUNER, SCORER } from "./options.js";

/** The pieces of an evolution; without a scorer no neuron leaves. */
export type Pieces = ReturnType<typeof findPieces>;

/** The pieces that a config names, or holds. */
export function findPieces(config: EvolutionConfig) {
  const { prune, grow = "random", removal, allocate = removal?.budget ?? "constant" } = config;
  return {
    pruner: findPiece(PRUNER.builtIn, prune),
    grower: findPiece(GROWER.builtIn, grow),
    allocator: findPiece(ALLOCATOR.builtIn, allocate),
    scorer: removal && findPiece(SCORER.builtIn, removal.score),
  };
}
