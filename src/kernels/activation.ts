import type { Activation } from "../activations/activation.js";
import { hash4 } from "../util/counter-random.js";
import type { FloatArray } from "../util/types.js";

/** The pieces of a kernel that applies an activation, or its derivative. */
export type ActivationPieces = { readonly activation: Activation };

/** The override DROPOUT: none; inverted (kept outputs divided by 1 - rate); as SET's authors (not rescaled in training, backward not masked). */
export const DROPOUT = { none: 0, inverted: 1, authors: 2 } as const;
export type DropoutStyle = keyof typeof DROPOUT;
/** The styles to choose from. */
export const DROPOUT_STYLES = ["inverted", "authors"] as const satisfies readonly DropoutStyle[];

/** The trained parameters of one neuron of all `neurons`. */
export function parametersOf({ parameters = [] }: Activation, all: FloatArray, neurons: number, neuron: number): number[] {
  return parameters.map((_, k) => all[k * neurons + neuron]);
}

/** What decides which samples of a neuron are silenced; see src/util/counter-random.ts. */
type Drop = { readonly [K in "stream" | "threshold" | "keepScale"]: number };

/** By what dropout knows a neuron: the stream of its masks, and its number there. */
export type Identity = readonly [stream: number, number: number];

/** a[row, b] *= keepScale where hash4(stream, step, number, b) >= threshold, else 0: the dropout mask of a neuron's `stride` samples. */
export function dropRow(
  a: FloatArray,
  row: number,
  stride: number,
  { stream: shared, threshold, keepScale }: Drop,
  step: number,
  [stream, number]: Identity = [shared, row],
): void {
  const from = row * stride;
  for (let b = 0; b < stride; b++) a[from + b] = hash4(stream, step, number, b) >= threshold ? a[from + b] * keepScale : 0;
}
