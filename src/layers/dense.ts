import { dense as product } from "../kernels/dense.js";
import { denseT } from "../kernels/dense-t.js";
import { denseUpdate } from "../kernels/dense-update.js";
import { BIAS, type LayerKind } from "./kind.js";
import { answer, backwardUse, biasUse, forwardUse, membersUse, updateUse } from "./weighted.js";

/** y = dropout(f(W x + b)), where W holds a weight in every cell. */
export const dense: LayerKind = {
  name: "dense",
  params: [{ name: "values", per: "connection", init: 0, file: "weight" }, BIAS],

  forward: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, constants, pieces } = forwardUse(step, block);
      const { sizes, places, MEMBERS } = membersUse(step, block);
      return product.on({
        params: { ...params, ...sizes },
        buffers: { w: block.w, ...buffers, places },
        constants: { ...step.variant("dense", block), ...constants, MEMBERS },
        pieces,
      });
    }),

  backward: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, constants, pieces } = backwardUse(step, block);
      const { sizes, places, MEMBERS } = membersUse(step, block);
      return denseT.on({
        params: { ...params, ...sizes },
        buffers: { w: block.w, ...buffers, places },
        constants: { ...step.variant("dense-t", block), ...constants, MEMBERS },
        pieces,
      });
    }),

  update: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, pieces } = updateUse(step, block);
      const { sizes, places, MEMBERS } = membersUse(step, block);
      return denseUpdate.on({
        params: { ...params, ...sizes },
        buffers: { ...buffers, places },
        constants: { ...step.variant("dense-update", block), ...biasUse(step), MEMBERS },
        pieces,
      });
    }),

  onnx: (graph, x, name, params, layer) =>
    answer(graph, [x, graph.tensor(name("weight"), [layer.out, layer.in], params.values)], name, params, layer),
};
