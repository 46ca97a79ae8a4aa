import type { Layout, LayoutQuestion, LayoutRule } from "./layout.js";

/** The layout of dense layers with such hidden widths. */
export function denseLayers({ inputs, classes }: LayoutQuestion, hidden: readonly number[]): Layout {
  return { sizes: [inputs, ...hidden, classes], densities: new Array(hidden.length + 1).fill(null) };
}

/** Every connection there can be. */
export const dense: LayoutRule = { sparse: false, hidden: true, layout: (question) => denseLayers(question, question.hidden) };
