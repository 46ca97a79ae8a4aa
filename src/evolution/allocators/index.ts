import { constant } from "./constant.js";
import { shrinking } from "./shrinking.js";

/** The allocators by name: how many connections each layer has after an evolution. */
export const ALLOCATORS = { constant, shrinking };
/** The name of a built-in allocator. */
export type AllocatorName = keyof typeof ALLOCATORS;
