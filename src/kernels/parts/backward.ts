import text from "../../../shaders/parts/backward.wgsl?raw";
import { activationText } from "../../activations/activation.js";
import { linear } from "../../activations/linear.js";
import type { FloatArray } from "../../util/types.js";
import { type ActivationPieces, dropRow, scaleByDerivative } from "../activation.js";

/** What the backward products, spmm-t and dense-t, have in common: how sums become the gradient of a neuron of the layer below. */
export const backward = {
  wgsl: text,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }: ActivationPieces) => activationText(activation),
  params: { quads: "u32", alpha: "f32", stream: "u32", threshold: "u32", keepScale: "f32" },
  bindings: { dy: "read f32", saved: "read f32", dx: "readWrite f32" },
  constants: { DROPOUT: 0, SAVED_Z: 0, ADD: 0, LAST: 1 },
} as const;

type Numbers<Names> = { readonly [K in keyof Names]: number };
type Arrays = { readonly [K in "saved" | "dx"]: FloatArray } & { readonly cursor: Uint32Array };

/** What follows the sums of neurons [from, to) in dx: dx *= mask f'(.) where LAST. */
export function deriveRows(
  p: Numbers<typeof backward.params>,
  { saved, dx, cursor }: Arrays,
  { DROPOUT, SAVED_Z, LAST }: Numbers<typeof backward.constants>,
  { activation }: ActivationPieces,
  from: number,
  to: number,
): void {
  if (!LAST) return;
  const stride = 4 * p.quads;
  scaleByDerivative(activation, dx, saved, from * stride, to * stride, p.alpha, p.keepScale, SAVED_Z);
  if (DROPOUT !== 1) return;
  for (let c = from; c < to; c++) dropRow(dx, c * stride, stride, p.stream, cursor[2], c, p.threshold, p.keepScale);
}
