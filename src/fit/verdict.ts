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
  const instead = insteadOf({ weights }, estimate);
  const less = instead && BASELINES[instead]?.less;
  if (instead)
    return `not better than ${instead}: ${less ? `no model tells ${less}` : `use ${instead}`} (${told(beyond[instead])})`;
  if (linear) return "linear is the best that was found: use linear";
  return `better than linear by ${shown(beyondLinear.mean)} ${fraction ? "points" : label}, ${within(beyondLinear)}`;
}

/** The baseline that does as well as the answer: the simplest of those that say the same of every sample, or else the best; undefined if it is above all. */
export function insteadOf({ weights }: Pick<FitChoice, "weights">, { beyond }: Pick<FitEstimate, "beyond">): string | undefined {
  const alone = weights.network === 0; // linear is the answer
  const equals = SIMPLEST.filter((name) => name in beyond && beyond[name].low <= 0 && !(alone && name === "linear"));
  return BASELINES[equals[0]]?.less ? equals[0] : equals.toSorted((a, b) => beyond[a].mean - beyond[b].mean)[0];
}
