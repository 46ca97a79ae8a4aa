import { ch2L3n, ch2L3nSoft } from "./ch2-l3n.js";
import { ch3L3p, ch3L3pSoft } from "./ch3-l3p.js";
import { fanIn } from "./fan-in.js";
import { gradient } from "./gradient.js";
import { random } from "./random.js";
import { randomUnfired } from "./random-unfired.js";
import { sampled } from "./sampled.js";

const gradients = { sampled, gradient, "fan-in": fanIn };
const links = { "ch2-l3n": ch2L3n, "ch2-l3n-soft": ch2L3nSoft, "ch3-l3p": ch3L3p, "ch3-l3p-soft": ch3L3pSoft };

/** The growers by name: which free cells get new connections. */
export const GROWERS = { random, "random-unfired": randomUnfired, ...gradients, ...links };
/** The name of a built-in grower. */
export type GrowerName = keyof typeof GROWERS;
