import type { Grower } from "./grower.js";

/** The free cells where |gradient| is largest, of all of them; what was pruned just now may come back and keeps its weight (RigL; Evci et al. 2020). */
export const gradient: Grower = {
  name: "gradient",
  gradients: "auto",
  keepsReturning: true,
  grow: async ({ layer, kept, count, probe, place }) => place(await probe.largest(layer, kept, count)),
};
