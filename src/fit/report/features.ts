import { plainName } from "../../data/names.js";
import { heading, note, type ReportPart, tableOf, text, warning } from "../../experiment/report/parts.js";
import { short } from "../../report/format.js";
import { counted } from "../../util/counted.js";
import { percent } from "../../util/percent.js";
import { judgeRanking } from "../judge-ranking.js";
import type { FitEstimate } from "../result.js";
import type { FitFindings } from "./input.js";

/** Features that the report lists; features.csv has all. */
const LISTED = 20;

/** The features by strength over the folds, and the verdict on their order. */
export const rankingOf = ({ folds }: FitEstimate) =>
  judgeRanking(
    folds.map(({ strength }) => strength),
    folds.flatMap(({ shuffled }) => (shuffled ? [shuffled] : [])),
  );

/** What the model looks at, after a word on whether that order means something. */
export function featuresSection({ estimate, data }: FitFindings): ReportPart[] {
  const title = heading("Features");
  if (!estimate)
    return [title, warning("No order of the features is given: without an estimate nothing says whether one would hold.")];
  const judged = rankingOf(estimate);
  if (!judged) return [title, note("Fewer than four features, or two folds, are not put in order.")];
  const { ranking, holds, verdict } = judged;
  return [
    title,
    holds ? text(verdict) : warning(verdict),
    note(
      `Strength: sum of |weight| over the connections that leave a feature, of all members, divided by the mean of all features; mean over ${counted(ranking.runs, "fold")}. Often: in how many folds it is among the first ${ranking.top}. An order says nothing of causes.`,
    ),
    ...tableOf(
      [holds ? "feature" : "feature (do not use this order)", "strength", "mean rank", "often"], // a table may lie on a page of its own
      ranking.features
        .slice(0, LISTED)
        .map(({ feature, strength, rank, frequency }) => [
          plainName(data.featureNames, feature),
          ...[short(strength), rank.toFixed(1), percent(frequency, 0)],
        ]),
    ),
  ];
}
