import { magnitude } from "./magnitude.js";
import { none } from "./none.js";
import { set } from "./set.js";

/** The pruners by name: which connections leave. */
export const PRUNERS = { set, magnitude, none };
/** The name of a built-in pruner. */
export type PrunerName = keyof typeof PRUNERS;
