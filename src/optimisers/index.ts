import { findPiece } from "../options/piece.js";
import { adam, adamw } from "./adam.js";
import type { Optimiser } from "./optimiser.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** The optimisers that have a name. */
export const OPTIMISERS = { sgd, adam, adamw, rmsprop };

/** The name of an optimiser. */
export type OptimizerName = keyof typeof OPTIMISERS;

/** The optimiser of that name, or itself. */
export const optimiserOf = (optimiser: OptimizerName | Optimiser): Optimiser =>
  findPiece<OptimizerName, Optimiser>(OPTIMISERS, optimiser);
