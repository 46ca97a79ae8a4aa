import { check } from "../../util/check.js";
import { TOPOLOGIES } from "../topologies/index.js";
import { cellsOf, evenly } from "../topologies/rule.js";
import type { LayoutRule } from "./layout.js";

/** Erdos-Renyi density above which output `auto` makes the output layer dense. */
const DENSE_OUTPUT = 0.6;

/** Layers have the densities of the topology that is asked for, by default min(1, epsilon (in + out) / (in out)); a layer of density 1 is dense (Mocanu et al. 2018). */
export const erdosRenyi: LayoutRule = {
  sparse: true,
  hidden: true,
  layout({ inputs, hidden, classes, epsilon, output, topology = "erdos-renyi" }) {
    const sizes = [inputs, ...hidden, classes];
    const all = sizes.slice(1).map((out, i) => ({ in: sizes[i], out }));
    const last = all[all.length - 1];
    const dense = output === "dense" || (output === "auto" && evenly(last, epsilon) > DENSE_OUTPUT);
    const layers = dense ? all.slice(0, -1) : all;
    const total = epsilon * all.reduce((sum, one) => sum + one.in + one.out, 0) - (dense ? cellsOf(last) : 0);
    check(total > 0 || topology !== "erk", "topology erk", () => {
      return `the dense output takes ${cellsOf(last)} connections, more than all that epsilon ${epsilon} gives; raise epsilon, or make the output sparse`;
    });
    const found = TOPOLOGIES[topology].densities({ layers, epsilon, total });
    const densities = found.map((density) => (density === 1 ? null : density));
    return { sizes, densities: dense ? [...densities, null] : densities };
  },
};
