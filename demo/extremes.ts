// Arguments lie on the stack: spread into Math.max, some hundred thousand values overflow it. The page uses the public API alone, so it has its own.

/** The largest value; -Infinity of none, NaN where one is. */
export function maximum(values: Iterable<number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) most = Math.max(most, value);
  return most;
}

/** The least value; Infinity of none, NaN where one is. */
export function minimum(values: Iterable<number>): number {
  let fewest = Number.POSITIVE_INFINITY;
  for (const value of values) fewest = Math.min(fewest, value);
  return fewest;
}
