import { linear } from "../activations/linear.js";
import type { Dispatch } from "../device/kernel.js";
import { DROPOUT } from "../kernels/activation.js";
import { scale } from "../kernels/scale.js";
import { scaleT } from "../kernels/scale-t.js";
import type { LayerStep } from "../layers/kind.js";
import { evaluationScale, responseOf } from "./config.js";
import { dropoutOf, type StepContext } from "./context.js";

// Members that share weights: z_j = s_j (W (r_j x_j)) + b_j. Products take the columns of all members as one batch; scale and scale-t are before and
// between them. The last layer is each member's own: members are stacked there, as block-diagonal ones are.

/** The response of layer `index` to its sums, and the dropout of its outputs, which `scale` applies. */
function answerOf(context: StepContext, index: number) {
  const { config, layers, training } = context;
  const kinds = layers.map(({ kind }) => kind);
  const zScale = training ? 1 : evaluationScale(config, kinds, index);
  const { DROPOUT, ...drop } = dropoutOf(context, index);
  const { activation, alpha } = responseOf(config, kinds, index);
  return { activation, alpha, zScale, DROPOUT, drop };
}

/** What layer `index` gets, of the batch or of what the layer below sums up. */
export function enter(context: StepContext, index: number): Dispatch[] {
  const { layers, members, activations, cursor } = context;
  const { quads, y, shared } = activations;
  const layer = layers[index];
  if (!shared) return [];
  const { activation, alpha, zScale, DROPOUT, drop } = answerOf(context, Math.max(0, index - 1));
  const first = index === 0;
  const { scaleOut = null, bias = null } = first ? {} : layers[index - 1].params;
  return [
    scale.on({
      params: { neurons: layer.in, quads, alpha, zScale, ...drop },
      buffers: { cursor, p: y[index], scaleOut, bias, scaleIn: layer.params.scaleIn ?? null, u: shared.inputs[index] },
      constants: { MEMBERS: members, FIRST: first ? 1 : 0, STACKED: layer.share ? 0 : 1, DROPOUT: first ? 0 : DROPOUT },
      pieces: { activation },
    }),
  ];
}

/** delta[index - 1] of the gradient by what layer `index` gets, and one step of what `enter` scaled by. Shared layers' deltas are of the mean over the members. */
export function leave(context: StepContext, index: number, { optimiser, hyper }: LayerStep): Dispatch[] {
  const { layers, members, activations, cursor, rates, software } = context;
  const { quads, y, delta, shared } = activations;
  const layer = layers[index];
  if (!shared?.gradient) throw new Error("members share no weights, or nothing is trained");
  const { activation, alpha, DROPOUT, drop } = answerOf(context, Math.max(0, index - 1));
  const first = index === 0;
  const { scaleOut = null, bias = null } = first ? {} : layers[index - 1].params;
  const gain = layer.share ? members : 1;
  return [
    scaleT.on({
      params: { neurons: layer.in, quads, gain, share: 1 / members, alpha, ...drop, ...hyper },
      buffers: {
        cursor,
        rates,
        g: shared.gradient,
        p: y[index],
        delta: first ? null : delta[index - 1],
        scaleOut,
        bias,
        scaleIn: layer.params.scaleIn ?? null,
      },
      constants: {
        MEMBERS: members,
        FIRST: first ? 1 : 0,
        STACKED: layer.share ? 0 : 1,
        DROPOUT: first ? 0 : DROPOUT,
        LANES: software ? 1 : 16, // barriers cost a program on the CPU more than the sums
      },
      pieces: { activation, optimiser },
    }),
  ];
}

export const LINEAR = { activation: linear, alpha: 0, savesZ: false };
export const KEPT = { DROPOUT: DROPOUT.none, stream: 0, threshold: 0, keepScale: 1 };

/** The part of layer `index` in a step as its products take it: nothing but sums, and of the last layer its bias. */
export function bareStep({ layers, activations: { shared } }: StepContext, index: number, step: LayerStep): LayerStep {
  const { share, params, heads } = layers[index];
  return {
    ...step,
    params: share ? {} : params,
    members: heads,
    response: LINEAR,
    dropout: KEPT,
    below: { response: LINEAR, dropout: KEPT, saved: null },
    dx: shared?.gradient ?? null,
    zScale: share ? 1 : step.zScale,
  };
}
