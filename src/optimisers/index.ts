import { findPiece } from "../options/piece.js";
import { adabelief } from "./adabelief.js";
import { adam, adamw } from "./adam.js";
import { lion } from "./lion.js";
import type { Optimiser } from "./optimiser.js";
import { rmsprop } from "./rmsprop.js";
import { sgd } from "./sgd.js";

/** The optimisers that have a name. */
export const OPTIMISERS = { sgd, adam, adamw, rmsprop, lion, adabelief };

/** The name of an optimiser. */
export type OptimizerName = keyof typeof OPTIMISERS;

/** The optimiser of that name, or itself. */
export const optimiserOf = (optimiser: OptimizerName | Optimiser): Optimiser =>
  findPiece<OptimizerName, Optimiser>(OPTIMISERS, optimiser);
