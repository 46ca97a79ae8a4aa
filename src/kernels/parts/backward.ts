import text from "../../../shaders/parts/backward.wgsl?raw";
import { activationText, isDerived } from "../../activations/activation.js";
import { linear } from "../../activations/linear.js";
import type { FloatArray } from "../../util/types.js";
import { type ActivationPieces, dropRow, type Identity } from "../activation.js";

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

/**
 * What follows the sums of a neuron in dx: dx *= mask f'(.) where LAST. That of a trained activation belongs to the kernel that trains it: left
 * alone here, like that of the identity.
 */
export function deriveRow(
  p: Numbers<typeof backward.params>,
  { saved, dx, cursor }: Arrays,
  { DROPOUT, SAVED_Z, LAST }: Pick<Numbers<typeof backward.constants>, "DROPOUT" | "SAVED_Z" | "LAST">,
  { activation }: ActivationPieces,
  neuron: number,
  identity?: Identity,
): void {
  if (!LAST) return;
  const stride = 4 * p.quads;
  const from = neuron * stride;
  const { alpha, keepScale } = p;
  if (isDerived(activation))
    for (let i = from; i < from + stride; i++) dx[i] *= activation.df(saved[i], alpha, [], keepScale, SAVED_Z === 1);
  if (DROPOUT === 1) dropRow(dx, neuron, stride, p, cursor[2], identity);
}
