import { erdosRenyiDensity } from "../../sparse/initial.js";
import type { LayoutRule } from "./layout.js";

/** Density above which output `auto` makes the output layer dense. */
const DENSE_OUTPUT = 0.6;

/** Every layer has density min(1, epsilon (in + out) / (in out)); a layer of density 1 is dense (Mocanu et al. 2018). */
export const erdosRenyi: LayoutRule = {
  sparse: true,
  hidden: true,
  layout({ inputs, hidden, classes, epsilon, output }) {
    const sizes = [inputs, ...hidden, classes];
    const densities = sizes.slice(1).map((out, i) => {
      const density = erdosRenyiDensity(epsilon, out, sizes[i]);
      const last = i === sizes.length - 2;
      if (last && (output === "dense" || (output === "auto" && density > DENSE_OUTPUT))) return null;
      return density === 1 ? null : density;
    });
    return { sizes, densities };
  },
};
