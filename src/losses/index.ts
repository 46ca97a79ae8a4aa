import { findPiece } from "../options/piece.js";
import { authors } from "./authors.js";
import { cox } from "./cox.js";
import { crossEntropy } from "./cross-entropy.js";
import { focal } from "./focal.js";
import { huber } from "./huber.js";
import type { Loss } from "./loss.js";
import { mae } from "./mae.js";
import { mse } from "./mse.js";
import { sigmoidCrossEntropy } from "./sigmoid-cross-entropy.js";

/** The losses that have a name. */
export const LOSSES = { crossEntropy, mse, authors, mae, huber, cox, sigmoidCrossEntropy, focal };

/** The name of a loss. */
export type LossName = keyof typeof LOSSES;

/** The names of the losses that hold outputs against classes, numbers, times or labels. */
export const lossesOf = (of: NonNullable<Loss["of"]>): LossName[] =>
  Object.entries<Loss>(LOSSES).flatMap(([name, { of: own = "classes", ofTargets }]) =>
    own === of || (of === "targets" && ofTargets) ? [name as LossName] : [],
  );

/** The loss of that name, or itself. */
export const lossOf = (loss: LossName | Loss): Loss => findPiece<LossName, Loss>(LOSSES, loss);
