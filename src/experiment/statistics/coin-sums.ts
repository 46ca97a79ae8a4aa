/**
 * The distribution of a sum of whole numbers of which each is taken with probability 1/2: p[s] is the probability of the sum s, for s
 * from 0 to the sum of all weights. Built up weight by weight, p'[s] = (p[s] + p[s - weight]) / 2, in O(weights x sum); exact for up
 * to 53 weights (all are multiples of 2^-53), to about 1e-16 of themselves above.
 */
export function coinSums(weights: readonly number[]): Float64Array {
  const p = new Float64Array(weights.reduce((sum, weight) => sum + weight, 1));
  p[0] = 1;
  let largest = 0;
  for (const weight of weights) {
    largest += weight;
    for (let s = largest; s >= weight; s--) p[s] = (p[s] + p[s - weight]) / 2;
    for (let s = 0; s < weight && s <= largest; s++) p[s] /= 2;
  }
  return p;
}

/** P(sum <= s), and P(sum >= s): summed from the far end, which holds the smallest terms. */
export function tailsOf(p: Float64Array, s: number): { readonly below: number; readonly above: number } {
  let [below, above] = [0, 0];
  for (let i = 0; i <= s; i++) below += p[i];
  for (let i = p.length - 1; i >= s; i--) above += p[i];
  return { below, above };
}
