import type { OnnxGraph } from "../activations/activation.js";
import { BIAS } from "../kernels/parts/forward.js";
import type { Block } from "./block.js";
import type { LayerStep, OnnxLayer } from "./kind.js";
import { countOf, mostOf } from "./members.js";

// What the kernels of sparse and of dense layers take alike.

/** Of y = dropout(f(W x + b)), for the rows of a block. */
export function forwardUse(step: LayerStep, { rows, rowStart }: Block) {
  const { quads, zScale, out, cursor, params, x, y, z, training, response, dropout } = step;
  const { activation, alpha, savesZ } = response;
  const { DROPOUT, ...drop } = dropout;
  return {
    params: { rows, rowStart, quads, alpha, zScale, neurons: out, ...drop },
    buffers: { cursor, bias: params.bias ?? null, x, y, z, parameters: params[activation.name] ?? null },
    constants: { DROPOUT, SAVED_Z: training && savesZ ? 1 : 0, ...biasUse(step) },
    pieces: { activation },
  };
}

/** Of dx = mask f'(.) W' dy: blocks add up, and the last applies mask and f' (that of a trained activation belongs to its update). */
export function backwardUse({ in: cols, quads, cursor, dy, dx, below, blocks }: LayerStep, block: Block) {
  if (!below) throw new Error("the first layer has no layer below");
  const { response, saved } = below;
  const { DROPOUT, ...drop } = below.dropout;
  const [ADD, LAST] = [block !== blocks[0] ? 1 : 0, block === blocks[blocks.length - 1] ? 1 : 0];
  return {
    params: { cols, rowStart: block.rowStart, quads, alpha: response.alpha, ...drop },
    buffers: { cursor, dy, saved, dx },
    constants: { DROPOUT, SAVED_Z: response.savesZ ? 1 : 0, ADD, LAST },
    pieces: { activation: response.activation },
  };
}

/** Of the optimiser's step with gradients dy x' at a block's weights, and of its rows' biases. */
export function updateUse({ quads, out, rates, dy, x, params, optimiser, hyper }: LayerStep, block: Block) {
  const { rows, rowStart, w, kept } = block;
  const [m = null, v = null] = kept;
  return {
    params: { rows, rowStart, quads, neurons: out, ...hyper },
    buffers: { w, m, v, rates, delta: dy, x, bias: params.bias ?? null },
    pieces: { optimiser },
  };
}

/** The constant of products whose bias, where it is no bias of the layer's, comes after them. */
export const biasUse = ({ params }: LayerStep) => (params.bias ? {} : { BIAS: BIAS.none });

/** What the dense kernels take of the members of an ensemble: the sizes of the largest, and where each has its part. */
export function membersUse({ in: inputs, members }: LayerStep, block: Block) {
  const sizes = { rows: mostOf(members, "rows") ?? block.rows, cols: mostOf(members, "cols") ?? inputs };
  return { sizes, places: members?.table ?? null, MEMBERS: countOf(members) };
}

/** Of y = f(W x + b) for ONNX, with the weights as the graph has them under a name. */
export function answer(
  graph: OnnxGraph,
  [x, weight]: readonly [x: string, weight: string],
  name: (part: string) => string,
  params: Readonly<Record<string, Float32Array>>,
  { out, response: { activation, alpha }, zScale: scale }: OnnxLayer,
): string {
  const bias = graph.tensor(name("bias"), [out], params.bias);
  const attributes = { ints: { transB: 1 }, floats: { alpha: scale, beta: scale } };
  const z = graph.node("Gemm", [x, weight, bias], name("z"), attributes);
  return activation.onnx?.(graph, z, name, alpha, params[activation.name] ?? new Float32Array()) ?? z;
}
