import { random } from "./random.js";

/** The growers by name: which free cells get new connections. */
export const GROWERS = { random };
/** The name of a built-in grower. */
export type GrowerName = keyof typeof GROWERS;
