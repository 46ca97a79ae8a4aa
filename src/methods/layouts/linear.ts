import { denseLayers } from "./dense.js";
import type { LayoutRule } from "./layout.js";

/** No hidden layer: inputs to classes, dense. */
export const linear: LayoutRule = { sparse: false, hidden: false, layout: (question) => denseLayers(question, []) };
