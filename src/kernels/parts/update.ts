import text from "../../../shaders/parts/update.wgsl?raw";
import { type HyperParams, hyperOf, type Optimiser, optimiserText } from "../../optimisers/optimiser.js";
import { sgd } from "../../optimisers/sgd.js";
import type { FloatArray } from "../../util/types.js";
import { sumRow } from "../rows.js";

/** The pieces of a kernel that updates weights. */
export type UpdatePieces = { readonly optimiser: Optimiser };

/** What an optimiser's step takes besides its rates; the last of a kernel's parameters. */
export const HYPER = { hyper0: "f32", hyper1: "f32", hyper2: "f32", decay: "f32" } as const;

/** What the updates, sddmm and dense-update, have in common: the optimiser's step of weights and biases. */
export const update = {
  wgsl: text,
  pieces: { optimiser: sgd } as UpdatePieces,
  prelude: ({ optimiser }: UpdatePieces) => optimiserText(optimiser),
  params: { quads: "u32", neurons: "u32", ...HYPER },
  bindings: {
    w: "readWrite f32",
    m: "readWrite f32",
    v: "readWrite f32",
    delta: "read f32",
    x: "read f32",
    bias: "readWrite f32",
  },
  constants: { BIAS: 1 },
} as const;

/** Steps w[i] with its state and gradient g[i - from] for i in [from, to); the two states of element i are m[i + mAt] and v[i + vAt]. */
type StepRange = (
  w: FloatArray,
  m: FloatArray,
  v: FloatArray,
  g: FloatArray,
  from: number,
  to: number,
  mAt?: number,
  vAt?: number,
) => void;

/**
 * The optimiser's step of a range of weights, made once per dispatch. `rates` holds lr and the rule's corrections.
 * Decoupled decay: w -= lr decay w_old. States that the rule does not keep are not touched.
 */
export function rangeStep(optimiser: Optimiser, [lr, ...corrections]: FloatArray, params: HyperParams): StepRange {
  const states = optimiser.state.length;
  const hyper = hyperOf(optimiser, params);
  const [correction1, correction2, correction3] = corrections;
  const rates = { lr, correction1, correction2, correction3 };
  const shrink = 1 - lr * params.decay;
  const state = [0, 0];
  return (w, m, v, g, from, to, mAt = 0, vAt = 0) => {
    for (let i = from; i < to; i++) {
      if (states > 0) state[0] = m[i + mAt];
      if (states > 1) state[1] = v[i + vAt];
      const next = optimiser.step(w[i] * shrink, state, g[i - from], rates, hyper);
      if (!optimiser.frozen) w[i] = next;
      if (states > 0) m[i + mAt] = state[0];
      if (states > 1) v[i + vAt] = state[1];
    }
  };
}

/** What the SIMD forms take besides: 1 - beta rounded once, not subtracted from a rounded beta. */
export function roundedOnce({ hyper0, hyper1 }: Pick<HyperParams, "hyper0" | "hyper1">) {
  return { rest0: 1 - hyper0, rest1: 1 - hyper1 };
}

/** Step of the bias of the `rows` neurons from rowStart on, packed as bias and states of `neurons` elements each; g is the sum of delta. */
export function stepBias(
  step: StepRange,
  bias: FloatArray,
  delta: FloatArray,
  { rows, rowStart, quads, neurons }: { readonly [K in "rows" | "rowStart" | "quads" | "neurons"]: number },
): void {
  const g = Float64Array.from({ length: rows }, (_, r) => sumRow(delta, (rowStart + r) * 4 * quads, 4 * quads));
  step(bias, bias, bias, g, rowStart, rowStart + rows, neurons, 2 * neurons);
}
