import { dense } from "./dense.js";
import { denseSmall } from "./dense-small.js";
import { erdosRenyi } from "./erdos-renyi.js";
import { half } from "./half.js";
import { linear } from "./linear.js";

/** The layouts by name: what a network starts with. */
export const LAYOUTS = { erdosRenyi, half, dense, denseSmall, linear };
