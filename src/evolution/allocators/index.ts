import { constant } from "./constant.js";
import { cubic } from "./cubic.js";
import { gradient } from "./gradient.js";
import { shrinking } from "./shrinking.js";
import { sigmoid } from "./sigmoid.js";
import { survivors } from "./survivors.js";

/** The allocators by name: how many connections each layer has after an evolution. */
export const ALLOCATORS = { constant, shrinking, survivors, gradient, cubic, sigmoid };
/** The name of a built-in allocator. */
export type AllocatorName = keyof typeof ALLOCATORS;
