import { grow } from "../../sparse/grow.js";
import type { Grower } from "./grower.js";

/** Free cells at random: every set of them is equally likely (SET; Mocanu et al. 2018). */
export const random: Grower = { name: "random", grow: ({ base, survivors, count, rng }) => grow(base, count, rng, survivors) };
