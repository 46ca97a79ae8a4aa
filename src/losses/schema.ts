import { callable, pieceOf, wgslOf } from "../options/piece.js";
import { anything, oneOf, optional, text } from "../options/schema.js";
import { LOSSES, type LossName } from "./index.js";
import type { Loss } from "./loss.js";

/** A loss: by its name, or one of the user's own. */
export const LOSS = pieceOf<LossName, Loss>("loss", LOSSES, {
  told: ["sample"],
  fields: {
    label: optional(text()),
    wgsl: wgslOf("sampleLoss"),
    sample: callable,
    smoothed: optional(callable),
    of: optional(oneOf(["classes", "targets"])),
    ofTargets: optional(anything()),
    average: optional(oneOf(["probabilities", "outputs"])),
  },
});
