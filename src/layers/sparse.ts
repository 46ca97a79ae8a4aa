import { sddmm } from "../kernels/sddmm.js";
import { inSegments, joined, UNCUT } from "../kernels/segments.js";
import { spmm } from "../kernels/spmm.js";
import { spmmT } from "../kernels/spmm-t.js";
import { uniformDensity } from "../sparse/initial.js";
import type { Topology } from "../sparse/topology.js";
import { BIAS, type LayerKind } from "./kind.js";
import { answer, backwardUse, biasUse, forwardUse, updateUse } from "./weighted.js";

/** y = dropout(f(W x + b)), where W holds the connections of a topology. A block of rows is a dispatch, or two where rows are long. */
export const sparse: LayerKind = {
  name: "sparse",
  params: [{ name: "values", per: "connection", init: 0 }, BIAS],

  forward: (step) =>
    step.blocks.flatMap((block) => {
      const { params, buffers, constants, pieces } = forwardUse(step, block);
      const product = spmm.on({
        params: { ...params, ...UNCUT, identityAt: block.rowIdentityAt, partialAt: constants.SAVED_Z * step.out },
        buffers: { rowPtr: block.rowPtr, colIdx: block.colIdx, values: block.w, ...buffers },
        constants: { ...step.variant("spmm", block), ...constants },
        pieces,
      });
      return joined(product, block.rows, block.rowCut);
    }),

  backward: (step) =>
    step.blocks.flatMap((block) => {
      const { params, buffers, constants, pieces } = backwardUse(step, block);
      const { colPtr, rowIdx, perm, w: values } = block;
      const product = spmmT.on({
        params: { ...params, ...UNCUT, identityAt: block.colIdentityAt },
        buffers: { colPtr, rowIdx, perm, values, ...buffers, partial: step.partial },
        constants: { ...step.variant("spmm-t", block), ...constants },
        pieces,
      });
      return joined(product, step.in, block.colCut);
    }),

  update: (step) =>
    step.blocks.map((block) => {
      const { params, buffers, pieces } = updateUse(step, block);
      const sampled = sddmm.on({
        params: { ...params, ...UNCUT },
        buffers: { rowPtr: block.rowPtr, colIdx: block.colIdx, ...buffers },
        constants: { ...step.variant("sddmm", block), ...biasUse(step) },
        pieces,
      });
      return inSegments(sampled, block.rows, block.rowCut);
    }),

  connect: uniformDensity,

  onnx: (graph, x, name, params, layer) =>
    answer(graph, [x, graph.matrix(name("weight"), layer.topology as Topology, params.values)], name, params, layer),
};
