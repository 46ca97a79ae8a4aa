import { predictionSets, scoresOfTruth } from "../tasks/conformal.js";
import type { FitChoice, FitFold, FitPlan, FitResult, FitSets } from "./result.js";

/** The share of samples whose set of classes is to hold the true one. */
const LEVEL = 0.9;

/** Scores that sets of classes are made by, of the samples that a search held out: of one round, so that a sample counts once. */
export function scoresOf({ heldOut = [] }: FitChoice, { repeats }: Pick<FitPlan, "repeats">): Float32Array {
  return scoresOfTruth(heldOut.slice(0, heldOut.length / repeats));
}

/** What sets of classes hold of the samples that outer folds held out; each fold's are made by the scores of the search inside of it. */
export function judgeSets(
  folds: readonly FitFold[],
  { y, classes }: Pick<FitResult["data"], "y" | "classes">,
  plan: Pick<FitPlan, "repeats">,
): FitSets {
  let [held, listed, samples] = [0, 0, 0];
  for (const { test, answers, choice } of folds) {
    const sets = predictionSets(scoresOf(choice, plan), answers.fit, classes.length, LEVEL);
    for (const [k, set] of sets.entries()) {
      held += Number(set.includes(y[test[k]]));
      listed += set.length;
    }
    samples += test.length;
  }
  return { level: LEVEL, coverage: held / samples, size: listed / samples };
}
