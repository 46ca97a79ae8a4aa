import { global } from "./global.js";
import { importance } from "./importance.js";
import { magnitude } from "./magnitude.js";
import { none } from "./none.js";
import { set } from "./set.js";
import { soft } from "./soft.js";

/** The pruners by name: which connections leave. */
export const PRUNERS = { set, magnitude, global, importance, soft, none };
/** The name of a built-in pruner. */
export type PrunerName = keyof typeof PRUNERS;
