import { dense as product } from "../kernels/dense.js";
import { denseUpdate } from "../kernels/dense-update.js";
import { BIAS } from "../kernels/parts/forward.js";
import type { LayerKind } from "./kind.js";
import { forwardUse, updateUse } from "./weighted.js";

/** y += S x, where x is the batch of inputs and y that of outputs: the linear part of a network, dense and without a bias of its own. */
export const skip = {
  params: [{ name: "values", per: "connection", init: 0, file: "weight" }],

  forward: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, constants, pieces } = forwardUse(step, block);
      return product.on({
        params: { ...params, rows: block.rows, cols: step.in },
        buffers: { w: block.w, ...buffers, bias: null, places: null },
        constants: { ...step.variant("dense", block), ...constants, BIAS: BIAS.sum },
        pieces,
      });
    }),

  update: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, pieces } = updateUse(step, block);
      return denseUpdate.on({
        params: { ...params, rows: block.rows, cols: step.in },
        buffers: { ...buffers, bias: null, places: null },
        constants: { ...step.variant("dense-update", block), BIAS: BIAS.none },
        pieces,
      });
    }),
} satisfies Pick<LayerKind, "params" | "forward" | "update">;
