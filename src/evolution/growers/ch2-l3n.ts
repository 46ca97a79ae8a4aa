import { nodeScore } from "../link-scores.js";
import { byLinks } from "./by-links.js";

/** The free cells that the connections alone make likeliest, by neighbours in common (CH2-L3n; Zhang et al. 2025). What is missing grows at random. */
export const ch2L3n = byLinks("ch2-l3n", nodeScore, false);

/** As `ch2-l3n`, but a sample of the free cells by their scores. */
export const ch2L3nSoft = byLinks("ch2-l3n-soft", nodeScore, true);
