import { type Activation, isDerived } from "../activations/activation.js";
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

/** a[i] = f(a[i]) for i in [from, to), one neuron's row. */
export function activateRow(
  activation: Activation,
  a: FloatArray,
  from: number,
  to: number,
  alpha: number,
  parameters: FloatArray,
  neurons: number,
  neuron: number,
): void {
  if (activation.needs === "nothing") return;
  const p = parametersOf(activation, parameters, neurons, neuron);
  for (let i = from; i < to; i++) a[i] = activation.f(a[i], alpha, p);
}

/**
 * d[i] *= f'(z) for i in [from, to), where `saved` holds z (savedZ 1) or the output y = scale f(z) of the neuron. That of a trained
 * activation belongs to the kernel that trains it: left alone here, like that of the identity.
 */
export function scaleByDerivative(
  activation: Activation,
  d: FloatArray,
  saved: FloatArray,
  from: number,
  to: number,
  alpha: number,
  scale: number,
  savedZ: number,
): void {
  if (!isDerived(activation)) return;
  for (let i = from; i < to; i++) d[i] *= activation.df(saved[i], alpha, [], scale, savedZ === 1);
}

/** a[i] *= keepScale where hash4(stream, step, neuron, b) >= threshold, else 0: the dropout mask of one neuron's row of `stride` samples at `from`. */
export function dropRow(
  a: FloatArray,
  from: number,
  stride: number,
  stream: number,
  step: number,
  neuron: number,
  threshold: number,
  keepScale: number,
): void {
  for (let b = 0; b < stride; b++) a[from + b] = hash4(stream, step, neuron, b) >= threshold ? a[from + b] * keepScale : 0;
}
