import type { FitChoice, FitEstimate } from "./result.js";

const points = (fraction: number) => (100 * fraction).toFixed(1);

/**
 * What a researcher is to take from it, in plain words. By the outer folds, if there are any: the search's own score chose the model, so it flatters it.
 */
export function verdictOf({ weights }: FitChoice, estimate: FitEstimate | null): string {
  const linear = weights.network === 0;
  const what = linear ? "linear is" : weights.linear > 0 ? "networks and linear together are" : "networks are";
  if (!estimate) return `${what} the best that was found; how good that is was not estimated`;
  const { mean, low, high } = estimate.beyondLinear;
  const interval = `interval ${points(low)} to ${points(high)}`;
  if (low > 0 && !linear) return `better than linear by ${points(mean)} points, ${interval}`;
  if (linear) return "linear is the best that was found: use linear";
  return `not better than linear: use linear (${points(mean)} points more, ${interval})`;
}
