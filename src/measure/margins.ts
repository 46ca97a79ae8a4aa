import { quantile } from "../util/quantile.js";

/** Shares of the samples that the margins told of are above. */
const SHARES = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99];

/** A share of the samples, and the margin that it is below. */
export interface MarginQuantile {
  readonly share: number;
  readonly margin: number;
  /** The margin over the spectral complexity of the network and the size of the inputs; null where that is not known. */
  readonly normalised: number | null;
}

/** By how much samples are told apart. */
export interface Margins {
  readonly quantiles: readonly MarginQuantile[];
  /** The margin that norms are divided by: of the 5 % quantile, as Neyshabur et al. 2017 have it. Not above 0 where over 5 % are wrong. */
  readonly margin: number;
  /** The share of the samples whose margin is not above 0. */
  readonly error: number;
}

/**
 * The margins z_y - max over c other than y of z_c of outputs z [samples, classes], before softmax, against labels y. Normalised as Bartlett
 * et al. 2017 (arXiv:1706.08498) do: divided by R ||X||_F / samples, where R is the spectral complexity and X [samples, features] the inputs; `by` is that.
 */
export function marginsOf(z: Float32Array, labels: ArrayLike<number>, classes: number, by: number | null): Margins {
  const margins = Float64Array.from(labels, (label, i) => {
    let other = -Infinity;
    for (let c = 0; c < classes; c++) if (c !== label) other = Math.max(other, z[i * classes + c]);
    return z[i * classes + label] - other;
  }).sort();
  const at = (share: number) => quantile(margins, share);
  return {
    quantiles: SHARES.map((share) => ({ share, margin: at(share), normalised: by && at(share) / by })),
    margin: at(0.05),
    error: margins.filter((margin) => margin <= 0).length / margins.length,
  };
}
