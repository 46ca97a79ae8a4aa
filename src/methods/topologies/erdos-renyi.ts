import { evenly, type TopologyRule } from "./rule.js";

/** min(1, epsilon (in + out) / (in out)): narrow layers are denser (Mocanu et al. 2018). */
export const erdosRenyi: TopologyRule = {
  name: "erdos-renyi",
  densities: ({ layers, epsilon }) => layers.map((sizes) => evenly(sizes, epsilon)),
};
