import type { DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { DROPOUT } from "../kernels/activation.js";
import { activationUpdate } from "../kernels/activation-update.js";
import type { Variants } from "../kernels/candidates.js";
import { derive } from "../kernels/derive.js";
import { descend } from "../kernels/descend.js";
import type { Block } from "../layers/block.js";
import { type Dropout, isOwn, type LayerStep } from "../layers/kind.js";
import type { ParamSpec } from "../layers/param.js";
import { skip } from "../layers/skip.js";
import { gradient } from "../optimisers/gradient.js";
import type { Activations } from "./activations.js";
import { dropoutStream, evaluationScale, type NetworkConfig, responseOf, updateRule } from "./config.js";
import type { Layer } from "./layer.js";
import type { Skip } from "./skip.js";

/** What a step's dispatches share. */
export interface StepContext {
  readonly config: NetworkConfig;
  readonly layers: readonly Layer[];
  readonly skip: Skip | null;
  /** Of each member; one of a single network. */
  readonly seeds: readonly number[];
  readonly members: number;
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

/** Dropout of layer i's outputs. */
function dropoutOf({ config, layers, seeds, training }: StepContext, index: number): Dropout {
  const hidden = index < layers.length - 1 && !isOwn(layers[index].kind);
  const rate = training && hidden ? config.dropout : 0;
  const style = rate > 0 ? config.dropoutStyle : "none";
  return {
    DROPOUT: DROPOUT[style],
    stream: dropoutStream(seeds[0], index), // of an ensemble each member has its own, see Place
    threshold: Math.min(2 ** 32 - 1, Math.round(rate * 2 ** 32)),
    keepScale: style === "inverted" ? 1 / (1 - rate) : 1,
  };
}

/** Layer i's part of a step. */
function stepOf(context: StepContext, index: number): LayerStep {
  const { config, layers, activations, cursor, rates, training, software, variants, storeGradients } = context;
  const { quads, y, z, delta, partial } = activations;
  const layer = layers[index];
  const kinds = layers.map(({ kind }) => kind);
  const { optimiser, params: hyper } = updateRule(config.optimizer);
  const below = () => {
    const response = responseOf(config, kinds, index - 1);
    return { response, dropout: dropoutOf(context, index - 1), saved: response.savesZ ? z[index - 1] : y[index] };
  };
  return {
    in: layer.in,
    out: layer.out,
    quads,
    cursor,
    rates,
    training,
    params: layer.params,
    gradients: layer.gradients,
    x: y[index],
    y: y[index + 1],
    dy: delta[index],
    dx: index > 0 ? delta[index - 1] : null,
    blocks: layer.blocks,
    members: layer.members,
    variant: (kernel, block) => variants(kernel, { ...shapeOf(layer, block), quads, software }),
    response: responseOf(config, kinds, index),
    dropout: dropoutOf(context, index),
    below: index > 0 ? below() : null,
    z: z[index],
    zScale: training ? 1 : evaluationScale(config, kinds, index),
    partial: partial[index],
    optimiser: storeGradients ? gradient : optimiser,
    hyper,
  };
}

/** What the variants of a block's kernels are chosen by: of an ensemble a member's part, so that it gets those it has alone. */
function shapeOf({ in: inputs, members }: Layer, block: Block) {
  const { rows, cols, slots: nnz } = members?.places[0] ?? { ...block, cols: inputs };
  return { rows, cols, nnz };
}

/** y[i + 1] of y[i]. */
export function forward(context: StepContext, index: number): Dispatch[] {
  return context.layers[index].kind.forward(stepOf(context, index));
}

/** delta[i - 1] = mask f'(.) times dLoss/dx of layer i > 0; where layer i - 1's activation is trained, its kernel applies f' and updates it. */
export function backward(context: StepContext, index: number): Dispatch[] {
  const { kind } = context.layers[index];
  const step = stepOf(context, index);
  return [...kind.backward(step), ...(isOwn(kind) ? deriveBelow(step) : []), ...updateActivation(stepOf(context, index - 1))];
}

/** The parameters of layer i and their optimiser state, one step on. */
export function update(context: StepContext, index: number): Dispatch[] {
  const { kind, specs } = context.layers[index];
  const step = stepOf(context, index);
  return kind.update?.(step) ?? [...(kind.gradients?.(step) ?? []), ...specs.flatMap((spec) => descendAlong(step, spec))];
}

/** y of the last layer with what goes there straight from the inputs. */
export function forwardSkip(context: StepContext): Dispatch[] {
  return skip.forward(skipStep(context));
}

/** The weights that lead straight from the inputs to the outputs, and their optimiser state, one step on. */
export function updateSkip(context: StepContext): Dispatch[] {
  return skip.update(skipStep(context));
}

/** The part of a linear skip in a step: that of the last layer, of other inputs. Rows of all members are those of one matrix. */
function skipStep(context: StepContext): LayerStep {
  const { layers, skip, activations, software, members, variants } = context;
  if (!skip) throw new Error("the network has no skip");
  const cols = skip.in;
  const shapeOf = ({ rows, slots }: Block) => ({ rows: rows / members, cols, nnz: slots / members }); // as of a member alone
  return {
    ...stepOf(context, layers.length - 1),
    in: cols,
    blocks: skip.blocks,
    members: null,
    params: {},
    x: activations.y[0],
    z: null,
    zScale: 1,
    variant: (kernel, block) => variants(kernel, { ...shapeOf(block), quads: activations.quads, software }),
  };
}

/** dx times mask f'(.) of the layer below, after a kind that knows nothing of it. */
function deriveBelow({ in: neurons, quads, cursor, dx, below }: LayerStep): Dispatch[] {
  if (!below) return [];
  const { response, saved } = below;
  const { activation, alpha, savesZ } = response;
  const { DROPOUT, ...drop } = below.dropout;
  if (activation.needs === "nothing" && DROPOUT === 0) return [];
  return [
    derive.on({
      params: { neurons, quads, alpha, ...drop },
      buffers: { cursor, saved, dx },
      constants: { DROPOUT, SAVED_Z: savesZ ? 1 : 0 },
      pieces: { activation },
    }),
  ];
}

/** A parameter of a kind of one's own, one step of the optimiser on. */
function descendAlong({ rates, params, gradients, optimiser, hyper }: LayerStep, { name, decays }: ParamSpec): Dispatch[] {
  const g = gradients[name];
  if (!g) return [];
  const decay = decays ? hyper.decay : 0;
  return [
    descend.on({
      params: { length: g.length, ...hyper, decay },
      buffers: { rates, g, parameters: params[name] },
      pieces: { optimiser },
    }),
  ];
}

/** The trained parameters of a layer's activation one step on, and dy times f'. */
function updateActivation({ response, params, out, quads, rates, z, dy, optimiser, hyper }: LayerStep): Dispatch[] {
  const { activation, alpha } = response;
  const parameters = params[activation.name];
  if (!parameters) return [];
  const { decay: _none, ...constants } = hyper; // trained without decay
  return [
    activationUpdate.on({
      params: { neurons: out, quads, alpha, ...constants },
      buffers: { rates, z, g: dy, parameters },
      pieces: { activation, optimiser },
    }),
  ];
}
