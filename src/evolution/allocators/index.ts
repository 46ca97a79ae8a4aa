import { constant } from "./constant.js";
import { gradient } from "./gradient.js";
import { shrinking } from "./shrinking.js";
import { survivors } from "./survivors.js";

/** The allocators by name: how many connections each layer has after an evolution. */
export const ALLOCATORS = { constant, shrinking, survivors, gradient };
/** The name of a built-in allocator. */
export type AllocatorName = keyof typeof ALLOCATORS;
