import { activationText } from "../src/activations/activation.js";
import { ACTIVATIONS } from "../src/activations/index.js";
import { optimiserText } from "../src/optimisers/optimiser.js";
import { RULES } from "./harness.js";

export { defaultVariants } from "../src/kernels/candidates.js";

/** The WGSL of the pieces that bench/isa.mjs puts before a kernel's. */
export const TEXTS = {
  relu: activationText(ACTIVATIONS.relu),
  momentum: optimiserText(RULES.momentum),
  adam: optimiserText(RULES.adam),
};
