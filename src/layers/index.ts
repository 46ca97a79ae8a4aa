import { dense } from "./dense.js";
import { sparse } from "./sparse.js";

/** The kinds of layers by name. */
export const LAYER_KINDS = { sparse, dense };
