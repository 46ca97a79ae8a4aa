import type { Dispatch } from "../device/kernel.js";
import { activationUpdate } from "../kernels/activation-update.js";
import { derive } from "../kernels/derive.js";
import { descend } from "../kernels/descend.js";
import type { Block } from "../layers/block.js";
import { isOwn, type LayerStep } from "../layers/kind.js";
import type { ParamSpec } from "../layers/param.js";
import { skip } from "../layers/skip.js";
import { gradient } from "../optimisers/gradient.js";
import type { Optimiser } from "../optimisers/optimiser.js";
import { still } from "../optimisers/still.js";
import { evaluationScale, responseOf, updateRule } from "./config.js";
import { dropoutOf, inputsOf, type StepContext } from "./context.js";
import type { Layer } from "./layer.js";
import { deriveNorm, normalise, summed } from "./norm.js";
import { bareStep, enter, leave } from "./sharing.js";

/** Layer i's part of a step. */
function stepOf(context: StepContext, index: number): LayerStep {
  const { config, layers, activations, cursor, rates, training, software, variants } = context;
  const { y, z, delta, partial, shared } = activations;
  const { x, quads } = inputsOf(context, index);
  const layer = layers[index];
  const kinds = layers.map(({ kind }) => kind);
  const { optimiser, params: hyper } = updateRule(config.optimizer);
  const below = () => {
    const response = responseOf(config, kinds, index - 1);
    return { response, dropout: dropoutOf(context, index - 1), saved: response.savesZ ? z[index - 1] : y[index] };
  };
  const step: LayerStep = {
    in: layer.in,
    out: layer.out,
    quads,
    cursor,
    rates,
    training,
    params: layer.params,
    gradients: layer.gradients,
    x,
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
    optimiser: ruleIn(context, optimiser),
    hyper,
  };
  return shared ? bareStep(context, index, step) : step;
}

/** The rule that a step follows: that of the network but in tests, where gradients are clipped before it, and where nothing is to be updated. */
function ruleIn({ config, storeGradients, still: leaves }: StepContext, optimiser: Optimiser): Optimiser {
  return leaves ? still : storeGradients || config.clipNorm ? gradient : optimiser;
}

/** What the variants of a block's kernels are chosen by: of an ensemble a member's part, so that it gets those it has alone. */
function shapeOf({ in: inputs, members, heads }: Layer, block: Block) {
  const { rows, cols, slots: nnz } = (members ?? heads)?.places[0] ?? { ...block, cols: inputs };
  return { rows, cols, nnz };
}

/** y[i + 1] of y[i]. */
export function forward(context: StepContext, index: number): Dispatch[] {
  const step = stepOf(context, index);
  return [
    ...enter(context, index),
    ...context.layers[index].kind.forward(summed(context, index, step)),
    ...normalise(context, index, step),
  ];
}

/** Whether layer i has a backward pass: the first has one where its inputs are scaled. */
export const hasBackward = ({ layers }: StepContext, index: number): boolean => index > 0 || layers[0].share !== undefined;

/**
 * delta[i - 1] = mask f'(.) times dLoss/dx of layer i; where layer i - 1's activation is trained, its kernel applies f' and updates it, and where
 * it has a norm, delta[i - 1] is then dLoss by its sums.
 */
export function backward(context: StepContext, index: number): Dispatch[] {
  const { kind } = context.layers[index];
  const step = stepOf(context, index);
  const norm = deriveNorm(context, index - 1, step);
  if (context.activations.shared) return [...kind.backward(step), ...leave(context, index, step), ...norm];
  return [
    ...kind.backward(step),
    ...(isOwn(kind) ? deriveBelow(step) : []),
    ...updateActivation(stepOf(context, index - 1)),
    ...norm,
  ];
}

/** The parameters of layer i and their optimiser state, one step on. */
export function update(context: StepContext, index: number): Dispatch[] {
  const { kind, specs } = context.layers[index];
  const step = summed(context, index, stepOf(context, index));
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
