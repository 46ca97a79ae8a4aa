/** Samples that the even weights count as: few of them leave the weights near even, many let the samples decide. */
const EVEN = 10;
/** Rounds of `blendWeights`: the bits are the same wherever they are computed, as nothing asks whether they have settled. */
const ROUNDS = 500;

/** The least probability that counts, 2^-24: f32 is no finer near 1, and one sample that was ruled out must not decide alone. */
export const LEAST = 2 ** -24;

/** The mean of -ln p over the probabilities p of samples' true classes. */
export function crossEntropyOf(truth: Float64Array): number {
  return truth.reduce((sum, p) => sum - Math.log(Math.max(LEAST, p)), 0) / truth.length;
}

/**
 * Weights w of models in a mixture sum_k w_k p_k, at least 0 and with sum 1, that are largest in
 *
 *     sum_i ln sum_k w_k p_k(i) + (EVEN / K) sum_k ln w_k,
 *
 * with p_k(i) the probability that model k gives the true class of a sample that it was not trained on: the likelihood of these samples, and a
 * Dirichlet prior that pulls towards even weights. It is concave; by the EM algorithm each round is w_k = (sum_i r_ik + EVEN / K) / (n + EVEN),
 * r_ik = w_k p_k(i) / sum_l w_l p_l(i) (Dempster, Laird and Rubin 1977).
 */
export function blendWeights(truths: readonly Float64Array[]): number[] {
  const models = truths.length;
  const samples = truths[0].length;
  let weights = truths.map(() => 1 / models);
  for (let round = 0; round < ROUNDS; round++) {
    const shares = new Float64Array(models);
    for (let i = 0; i < samples; i++) {
      const parts = truths.map((truth, k) => weights[k] * Math.max(LEAST, truth[i]));
      const sum = parts.reduce((a, b) => a + b, 0);
      parts.forEach((part, k) => {
        shares[k] += part / sum;
      });
    }
    weights = Array.from(shares, (share) => (share + EVEN / models) / (samples + EVEN));
  }
  return weights;
}

/** Shares of the first of two models that are tried. */
const SHARES = Array.from({ length: 99 }, (_, k) => (k + 1) / 100);

/**
 * Weights w, 1 - w of two models, w of hundredths, for which `cost` of it less (EVEN / 2) (ln w + ln(1 - w)) is least: a negative log likelihood, and
 * the pull towards even weights of `blendWeights`. Of equals the first.
 */
export function leastWeights(cost: (weights: readonly number[]) => number): number[] {
  const costs = SHARES.map((w) => cost([w, 1 - w]) - (EVEN / 2) * (Math.log(w) + Math.log(1 - w)));
  const w = SHARES[costs.reduce((best, own, k) => (own < costs[best] ? k : best), 0)];
  return [w, 1 - w];
}
