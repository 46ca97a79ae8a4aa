/**
 * What two results may differ by and still be equal: far above the rounding of a difference or mean of fractions (1e-16), far below a
 * sample more or less right (1e-5).
 */
export const RESOLUTION = 1e-12;

/**
 * Ranks from 1 for the smallest value; equal values share the mean of the ranks they take up, so that every rank is a multiple of 1/2
 * and their sum n (n + 1) / 2. Values up to `resolution` above the least of their group are equal to it. NaN is not looked for.
 */
export function midRanks(values: readonly number[], resolution = RESOLUTION): number[] {
  const order = Array.from(values.keys()).sort((a, b) => values[a] - values[b]);
  const ranks = new Array<number>(values.length);
  for (let first = 0, next = 0; first < order.length; first = next) {
    while (next < order.length && values[order[next]] - values[order[first]] <= resolution) next++;
    for (let i = first; i < next; i++) ranks[order[i]] = (first + 1 + next) / 2;
  }
  return ranks;
}
