import { cellsOf, type TopologyRule } from "./rule.js";

/**
 * As erdos-renyi, with epsilon (in + out) connections over all layers: what does not fit into a layer, which is then full, goes to the others, and
 * what a dense output takes beyond its part comes from them (ERK for layers without kernels, Evci et al. 2020).
 */
export const erk: TopologyRule = {
  name: "erk",
  densities({ layers, total }) {
    const densities = layers.map(() => 1);
    const share = (i: number) => layers[i].in + layers[i].out;
    let left = total;
    for (let open = [...layers.keys()]; open.length > 0; ) {
      const scale = left / open.reduce((sum, i) => sum + share(i), 0);
      const full = open.filter((i) => scale * share(i) >= cellsOf(layers[i]));
      if (full.length === 0) {
        for (const i of open) densities[i] = (scale * share(i)) / cellsOf(layers[i]);
        break;
      }
      left -= full.reduce((sum, i) => sum + cellsOf(layers[i]), 0);
      open = open.filter((i) => !full.includes(i));
    }
    return densities;
  },
};
