import { hundredths } from "../experiment/analysis/words.js";
import type { Told } from "../metrics/metric.js";
import { short } from "../report/format.js";
import { BASELINES } from "./baselines/index.js";
import type { FitChoice, FitEstimate } from "./result.js";

/** Baselines from the simplest on: of equals the simpler one is named. First are those that say the same of every sample. */
const SIMPLEST = [...Object.keys(BASELINES).filter((name) => BASELINES[name].less), "univariate", "centroid", "linear"];

/**
 * What a researcher is to take from it, in plain words. By the outer folds, if there are any: the search's own score chose the model, so it flatters it.
 * Better is what has the whole interval of its difference to every baseline above 0, in the measure that decides.
 */
export function verdictOf({ weights }: FitChoice, estimate: FitEstimate | null, measure: Told): string {
  const linear = weights.network === 0;
  const what = linear ? "linear is" : weights.linear > 0 ? "networks and linear together are" : "networks are";
  if (!estimate) return `${what} the best that was found; how good that is was not estimated`;
  const { beyond, beyondLinear } = estimate;
  const { fraction, label = measure.name } = measure;
  const shown = fraction ? hundredths : short;
  const within = ({ low, high }: typeof beyondLinear) => `interval ${shown(low)} to ${shown(high)}`;
  const told = (one: typeof beyondLinear) =>
    `a gain of ${shown(one.mean)} ${fraction ? "points" : `in ${label}`}, ${within(one)}`;
  const equals = SIMPLEST.filter((name) => name in beyond && beyond[name].low <= 0);
  const worthy = equals.filter((name) => !(linear && name === "linear"));
  const [first] = worthy;
  if (BASELINES[first]?.less) return `not better than ${first}: no model tells ${BASELINES[first].less} (${told(beyond[first])})`;
  const [best] = worthy.toSorted((a, b) => beyond[a].mean - beyond[b].mean);
  if (best !== undefined) return `not better than ${best}: use ${best} (${told(beyond[best])})`;
  if (linear) return "linear is the best that was found: use linear";
  return `better than linear by ${shown(beyondLinear.mean)} ${fraction ? "points" : label}, ${within(beyondLinear)}`;
}
