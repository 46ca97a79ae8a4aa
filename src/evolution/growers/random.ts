import type { Grower } from "./grower.js";

/** Free cells at random: every set of them is equally likely (SET; Mocanu et al. 2018). */
export const random: Grower = { name: "random", grow: (room) => room.draw() };
