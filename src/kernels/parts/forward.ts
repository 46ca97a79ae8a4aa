import text from "../../../shaders/parts/forward.wgsl?raw";
import { activationText } from "../../activations/activation.js";
import { linear } from "../../activations/linear.js";
import type { FloatArray } from "../../util/types.js";
import { type ActivationPieces, dropRow, type Identity, parametersOf } from "../activation.js";

/** What the forward products, spmm and dense, have in common: how the sums of a neuron become its outputs. */
export const forward = {
  wgsl: text,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }: ActivationPieces) => activationText(activation),
  params: { quads: "u32", alpha: "f32", zScale: "f32", neurons: "u32", stream: "u32", threshold: "u32", keepScale: "f32" },
  bindings: { bias: "read f32", x: "read f32", y: "write f32", z: "write f32", parameters: "read f32" },
  constants: { BIAS: 1, DROPOUT: 0, SAVED_Z: 0 },
} as const;

type Numbers<Names> = { readonly [K in keyof Names]: number };
type Arrays = { readonly [K in "bias" | "y" | "z" | "parameters"]: FloatArray } & { readonly cursor: Uint32Array };

/** What sums are added to: nothing, the bias of their neuron, or the sum that y holds. */
export const BIAS = { none: 0, bias: 1, sum: 2 } as const;

/** y of a neuron before the sums are added: its bias. */
export function startRow({ quads }: { readonly quads: number }, { bias, y }: Arrays, start: number, neuron: number): void {
  if (start === BIAS.sum) return;
  y.fill(start === BIAS.bias ? bias[neuron] : 0, neuron * 4 * quads, (neuron + 1) * 4 * quads);
}

/** What follows the sums of a neuron in y: y = dropout(f(zScale y)), and z = zScale y when SAVED_Z is 1. */
export function finishRow(
  p: Numbers<typeof forward.params>,
  { y, z, parameters, cursor }: Arrays,
  { DROPOUT, SAVED_Z }: Numbers<typeof forward.constants>,
  { activation }: ActivationPieces,
  neuron: number,
  identity?: Identity,
): void {
  const stride = 4 * p.quads;
  const from = neuron * stride;
  const to = from + stride;
  if (p.zScale !== 1) for (let i = from; i < to; i++) y[i] *= p.zScale;
  if (SAVED_Z) for (let i = from; i < to; i++) z[i] = y[i];
  if (activation.needs !== "nothing") {
    const { alpha } = p;
    const trained = parametersOf(activation, parameters, p.neurons, neuron);
    for (let i = from; i < to; i++) y[i] = activation.f(y[i], alpha, trained);
  }
  if (DROPOUT) dropRow(y, neuron, stride, p, cursor[2], identity);
}
