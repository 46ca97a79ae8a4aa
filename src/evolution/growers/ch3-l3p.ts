import { pathScore } from "../link-scores.js";
import { byLinks } from "./by-links.js";

/** The free cells that the connections alone make likeliest, by paths between (CH3-L3p; Zhang et al. 2025). What is missing grows at random. */
export const ch3L3p = byLinks("ch3-l3p", pathScore, false);

/** As `ch3-l3p`, but a sample of the free cells by their scores. */
export const ch3L3pSoft = byLinks("ch3-l3p-soft", pathScore, true);
