import type { DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { DROPOUT } from "../kernels/activation.js";
import { activationUpdate } from "../kernels/activation-update.js";
import type { TunedKernel, Variants } from "../kernels/candidates.js";
import { dense } from "../kernels/dense.js";
import { denseT } from "../kernels/dense-t.js";
import { denseUpdate } from "../kernels/dense-update.js";
import { sddmm } from "../kernels/sddmm.js";
import { inSegments, joined, UNCUT } from "../kernels/segments.js";
import { spmm } from "../kernels/spmm.js";
import { spmmT } from "../kernels/spmm-t.js";
import type { Variant } from "../kernels/variant.js";
import { gradient } from "../optimisers/gradient.js";
import { hash4 } from "../util/counter-random.js";
import { evaluationScale, type NetworkConfig, type Response, responseOf, updateRule } from "./config.js";
import type { Block, Layer } from "./layer.js";

/** Arrays of one batch size: layer i maps `y[i]` (y[0] is the batch of inputs) to `y[i + 1]`; delta[i] belongs to layer i's outputs. All are [neurons, 4 quads]. */
export interface Activations {
  readonly quads: number;
  readonly y: readonly DeviceBuffer[];
  /** Inputs z of layer i's neurons, where its response needs them; behind them the sums of its long rows' segments, where it has any. */
  readonly z: readonly (DeviceBuffer | null)[];
  readonly delta: readonly (DeviceBuffer | null)[];
  /** Sums of the segments of layer i's long columns, where it has any. */
  readonly partial: readonly (DeviceBuffer | null)[];
}

/** What a step's dispatches share. */
export interface StepContext {
  readonly config: NetworkConfig;
  readonly layers: readonly Layer[];
  readonly activations: Activations;
  readonly cursor: DeviceBuffer;
  readonly rates: DeviceBuffer;
  /** A software adapter: some kernels have a variant that suits it better. */
  readonly software: boolean;
  /** How each kernel deals its work. */
  readonly variants: Variants;
  /** False in evaluation: dropout is off, and no z is kept. */
  readonly training: boolean;
  /** Store gradients in m instead of updating (tests). */
  readonly storeGradients?: boolean;
}

/** Dropout of layer i's outputs, as kernels take it. */
function dropoutOf({ config, layers, training }: StepContext, index: number) {
  const hidden = index < layers.length - 1;
  const rate = training && hidden ? config.dropout : 0;
  const style = rate > 0 ? config.dropoutStyle : "none";
  return {
    DROPOUT: DROPOUT[style],
    stream: hash4(config.seed, index, 0x64726f70, 0), // "drop"
    threshold: Math.min(2 ** 32 - 1, Math.round(rate * 2 ** 32)),
    keepScale: style === "inverted" ? 1 / (1 - rate) : 1,
  };
}

/** The variant of a kernel for a row block of a layer. */
function variantOf(context: StepContext, kernel: TunedKernel, layer: Layer, block: Block): Variant {
  const { software, variants, activations } = context;
  return variants(kernel, { rows: block.rows, cols: layer.in, nnz: block.slots, quads: activations.quads, software });
}

/** y[i + 1] = dropout(f(W y[i] + b)) for layer i: one dispatch a row block, two where it has long rows. */
export function forward(context: StepContext, index: number): Dispatch[] {
  const { config, layers, activations, cursor, training } = context;
  const layer = layers[index];
  const { activation, alpha, savesZ } = responseOf(config, index, layers.length);
  const { DROPOUT, ...drop } = dropoutOf(context, index);
  const zScale = training ? 1 : evaluationScale(config, index);
  const shared = { quads: activations.quads, alpha, zScale, neurons: layer.out, ...drop };
  const operands = {
    cursor,
    bias: layer.params.bias,
    x: activations.y[index],
    y: activations.y[index + 1],
    z: activations.z[index],
    parameters: layer.params[activation.name] ?? null,
  };
  const choice = { DROPOUT, SAVED_Z: training && savesZ ? 1 : 0 };
  return layer.blocks.flatMap((block) => {
    const { rows, rowStart, rowPtr, colIdx, w } = block;
    const variant = variantOf(context, layer.sparse ? "spmm" : "dense", layer, block);
    if (!layer.sparse)
      return dense.on({
        params: { rows, rowStart, cols: layer.in, ...shared },
        buffers: { w, ...operands },
        constants: { ...variant, ...choice },
        pieces: { activation },
      });
    const product = spmm.on({
      params: { rows, rowStart, ...shared, ...UNCUT, partialAt: choice.SAVED_Z * layer.out },
      buffers: { rowPtr, colIdx, values: w, ...operands },
      constants: { ...variant, ...choice },
      pieces: { activation },
    });
    return joined(product, rows, block.rowCut);
  });
}

/** delta[i - 1] = mask f'(.) W' delta[i] for layer i > 0; where layer i - 1's activation is trained, its kernel applies f' and updates it. */
export function backward(context: StepContext, index: number): Dispatch[] {
  const { config, layers, activations, cursor } = context;
  const layer = layers[index];
  const below: Response = responseOf(config, index - 1, layers.length);
  const { DROPOUT, ...drop } = dropoutOf(context, index - 1);
  const pieces = { activation: below.activation };
  const saved = below.savesZ ? activations.z[index - 1] : activations.y[index];
  const operands = { cursor, dy: activations.delta[index], saved, dx: activations.delta[index - 1] };
  const products = layer.blocks.flatMap((block, i) => {
    const { rows, rowStart, colPtr, rowIdx, perm, w } = block;
    const shared = { cols: layer.in, rowStart, quads: activations.quads, alpha: below.alpha, ...drop };
    const variant = variantOf(context, layer.sparse ? "spmm-t" : "dense-t", layer, block);
    const choice = { DROPOUT, SAVED_Z: below.savesZ ? 1 : 0, ADD: i > 0 ? 1 : 0, LAST: i === layer.blocks.length - 1 ? 1 : 0 };
    if (!layer.sparse)
      return denseT.on({
        params: { rows, ...shared },
        buffers: { w, ...operands },
        constants: { ...variant, ...choice },
        pieces,
      });
    const product = spmmT.on({
      params: { ...shared, ...UNCUT },
      buffers: { colPtr, rowIdx, perm, values: w, ...operands, partial: activations.partial[index] },
      constants: { ...variant, ...choice },
      pieces,
    });
    return joined(product, layer.in, block.colCut);
  });
  return [...products, ...updateActivation(context, index - 1)];
}

/** (W, b) of layer i, and their optimiser state, one step on: gradients delta[i] y[i]' at W's connections. */
export function update(context: StepContext, index: number): Dispatch[] {
  const { layers, activations, rates } = context;
  const layer = layers[index];
  const { optimiser, params } = ruleOf(context);
  const operands = { rates, delta: activations.delta[index], x: activations.y[index], bias: layer.params.bias };
  return layer.blocks.map((block: Block) => {
    const { rows, rowStart, rowPtr, colIdx, w, m, v } = block;
    const shared = { rows, rowStart, quads: activations.quads, neurons: layer.out, ...params };
    const variant = variantOf(context, layer.sparse ? "sddmm" : "dense-update", layer, block);
    if (!layer.sparse)
      return denseUpdate.on({
        params: { cols: layer.in, ...shared },
        buffers: { w, m, v, ...operands },
        constants: variant,
        pieces: { optimiser },
      });
    const sampled = sddmm.on({
      params: { ...shared, ...UNCUT },
      buffers: { rowPtr, colIdx, w, m, v, ...operands },
      constants: variant,
      pieces: { optimiser },
    });
    return inSegments(sampled, rows, block.rowCut);
  });
}

/** The trained parameters of layer i's activation one step on, and delta[i] times f'. */
function updateActivation(context: StepContext, index: number): Dispatch[] {
  const { config, layers, activations, rates } = context;
  const layer = layers[index];
  const { activation, alpha } = responseOf(config, index, layers.length);
  const parameters = layer.params[activation.name];
  if (!parameters) return [];
  const { optimiser, params } = ruleOf(context);
  const { decay: _none, ...hyper } = params; // trained without decay
  const buffers = { rates, z: activations.z[index], g: activations.delta[index], parameters };
  return [
    activationUpdate.on({
      params: { neurons: layer.out, quads: activations.quads, alpha, ...hyper },
      buffers,
      pieces: { activation, optimiser },
    }),
  ];
}

function ruleOf({ config, storeGradients }: StepContext) {
  const { optimiser, params } = updateRule(config.optimizer);
  return { optimiser: storeGradients ? gradient : optimiser, params };
}
