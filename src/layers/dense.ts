import { dense as product } from "../kernels/dense.js";
import { denseT } from "../kernels/dense-t.js";
import { denseUpdate } from "../kernels/dense-update.js";
import { BIAS, type LayerKind } from "./kind.js";
import { answer, backwardUse, forwardUse, updateUse } from "./weighted.js";

/** y = dropout(f(W x + b)), where W holds a weight in every cell. */
export const dense: LayerKind = {
  name: "dense",
  params: [{ name: "values", per: "connection", init: 0, file: "weight" }, BIAS],

  forward: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, constants, pieces } = forwardUse(step, block);
      return product.on({
        params: { ...params, cols: step.in },
        buffers: { w: block.w, ...buffers },
        constants: { ...step.variant("dense", block), ...constants },
        pieces,
      });
    }),

  backward: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, constants, pieces } = backwardUse(step, block);
      return denseT.on({
        params: { ...params, rows: block.rows },
        buffers: { w: block.w, ...buffers },
        constants: { ...step.variant("dense-t", block), ...constants },
        pieces,
      });
    }),

  update: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, pieces } = updateUse(step, block);
      const constants = step.variant("dense-update", block);
      return denseUpdate.on({ params: { ...params, cols: step.in }, buffers, constants, pieces });
    }),

  onnx: (graph, x, name, params, layer) =>
    answer(graph, [x, graph.tensor(name("weight"), [layer.out, layer.in], params.values)], name, params, layer),
};
