import { cellsOf, evenly, type TopologyRule } from "./rule.js";

/** One density for all, with as many connections as erdos-renyi has in these layers. */
export const uniform: TopologyRule = {
  name: "uniform",
  densities({ layers, epsilon }) {
    const sum = (of: (index: number) => number) => layers.reduce((total, _, i) => total + of(i), 0);
    const connections = sum((i) => evenly(layers[i], epsilon) * cellsOf(layers[i]));
    const density = connections / sum((i) => cellsOf(layers[i]));
    return layers.map(() => density);
  },
};
