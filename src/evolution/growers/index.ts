import { gradient } from "./gradient.js";
import { random } from "./random.js";
import { sampled } from "./sampled.js";

/** The growers by name: which free cells get new connections. */
export const GROWERS = { random, sampled, gradient };
/** The name of a built-in grower. */
export type GrowerName = keyof typeof GROWERS;
