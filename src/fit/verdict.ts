import { hundredths } from "../experiment/analysis/words.js";
import type { FitChoice, FitEstimate } from "./result.js";

/** Baselines from the simplest on: of equals the simpler one is named. */
const SIMPLEST = ["majority", "univariate", "centroid", "linear"];

/**
 * What a researcher is to take from it, in plain words. By the outer folds, if there are any: the search's own score chose the model, so it flatters it.
 * Better is what has the whole interval of its difference to every baseline above 0.
 */
export function verdictOf({ weights }: FitChoice, estimate: FitEstimate | null): string {
  const linear = weights.network === 0;
  const what = linear ? "linear is" : weights.linear > 0 ? "networks and linear together are" : "networks are";
  if (!estimate) return `${what} the best that was found; how good that is was not estimated`;
  const { beyond, beyondLinear } = estimate;
  const told = ({ mean, low, high }: typeof beyondLinear) =>
    `${hundredths(mean)} points more, interval ${hundredths(low)} to ${hundredths(high)}`;
  const equals = SIMPLEST.filter((name) => name in beyond && beyond[name].low <= 0);
  const worthy = equals.filter((name) => !(linear && name === "linear"));
  if (worthy.includes("majority"))
    return `not better than majority: no model tells more than the most frequent class (${told(beyond.majority)})`;
  const [best] = worthy.toSorted((a, b) => beyond[a].mean - beyond[b].mean);
  if (best !== undefined) return `not better than ${best}: use ${best} (${told(beyond[best])})`;
  if (linear) return "linear is the best that was found: use linear";
  const { mean, low, high } = beyondLinear;
  return `better than linear by ${hundredths(mean)} points, interval ${hundredths(low)} to ${hundredths(high)}`;
}
