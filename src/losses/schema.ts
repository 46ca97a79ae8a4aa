import { callable, pieceOf, wgslOf } from "../options/piece.js";
import { anything, oneOf, optional, problemOf, text } from "../options/schema.js";
import { LOSSES, type LossName } from "./index.js";
import type { Loss } from "./loss.js";

/** A loss: by its name, or one of the user's own. */
export const LOSS = pieceOf<LossName, Loss>("loss", LOSSES, {
  told: ["sample", "whole"],
  fields: {
    label: optional(text()),
    wgsl: optional(anything()),
    sample: optional(callable),
    whole: optional(callable),
    sortBy: optional(callable),
    smoothed: optional(callable),
    of: optional(oneOf(["classes", "targets", "times", "labels"])),
    ofTargets: optional(anything()),
    average: optional(oneOf(["probabilities", "outputs"])),
  },
  problem: ({ wgsl, sample, whole }) => {
    const wrong = problemOf(wgslOf(whole ? "batchLoss" : "sampleLoss"), wgsl);
    if (wrong) return `wgsl: ${wrong.message}`;
    return !sample === !whole ? "needs sample or whole, one of them" : undefined;
  },
});
