import { erdosRenyi } from "./erdos-renyi.js";
import { keepConnections, type LayoutRule } from "./layout.js";

/** Half the widths of the Erdos-Renyi network, with as many connections as far as they fit: what npset is left with. */
export const half: LayoutRule = {
  sparse: true,
  hidden: true,
  layout(question, schedule) {
    const whole = erdosRenyi.layout(question, schedule);
    const last = whole.sizes.length - 1;
    const sizes = whole.sizes.map((size, i) => (i === 0 || i === last ? size : size - Math.round(size / 2)));
    return { sizes, densities: keepConnections(whole, sizes) };
  },
};
