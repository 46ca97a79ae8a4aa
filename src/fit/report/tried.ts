import { type Chart, charts, heading, lines, type ReportPart, tableOf, text } from "../../experiment/report/parts.js";
import { judgingOf } from "../../experiment/run/leg.js";
import { labelOf } from "../../metrics/metric.js";
import { capital, measured } from "../../report/format.js";
import { costOf, type Judging } from "../../tasks/judging/judging.js";
import { bestStop } from "../halving.js";
import type { FitFamily, FitTrial } from "../result.js";
import type { FitFindings } from "./input.js";

/** Candidates of a family whose curves are drawn. */
const DRAWN = 6;
const FAMILIES: readonly FitFamily[] = ["network", "linear"];

/** Every candidate of the search on all samples, and the curves of those that came far. */
export function triedSection({ trials, chosen, plan }: FitFindings): ReportPart[] {
  const { score, beside } = judgingOf(plan.task, plan.metric);
  const winners = FAMILIES.flatMap((family) => chosen.best[family]?.candidate.name ?? []);
  return [
    heading("What was tried"),
    text(
      `${capital(labelOf(score))} and ${labelOf(beside)} of samples that inner folds held out. The search chose by these, so they are no estimate of how good the model is. Candidates that fell behind were ended early.`,
    ),
    ...tableOf(
      ["family", "candidate", "epochs", `best ${labelOf(score)}`, "at epoch", `${labelOf(beside)} there`, ""],
      trials.map((trial) => {
        const best = bestStop(trial.curve, 0, score);
        return [
          ...[trial.family, trial.candidate.name, String(trial.curve.at(-1)?.epoch ?? 0)],
          ...(best ? [measured(score, best.score), String(best.epoch), measured(beside, best.beside)] : ["-", "-", "-"]),
          trial.diverged ? "diverged" : winners.includes(trial.candidate.name) ? "chosen" : "",
        ];
      }),
    ),
    heading("Learning curves", 3),
    ...charts(FAMILIES.flatMap((family) => curvesOf(family, trials, { score, beside }))),
  ];
}

function curvesOf(family: FitFamily, trials: readonly FitTrial[], told: Pick<Judging, "score" | "beside">): Chart[] {
  const cost = ({ curve }: FitTrial) => costOf(told.score, bestStop(curve, 0, told.score)?.score ?? Number.NaN);
  const own = trials
    .filter((trial) => trial.family === family && trial.curve.length > 0)
    .sort((a, b) => cost(a) - cost(b))
    .slice(0, DRAWN);
  if (own.length === 0) return [];
  const x = [...new Set(own.flatMap(({ curve }) => curve.map(({ epoch }) => epoch)))].sort((a, b) => a - b);
  const chart = (key: "score" | "beside", yLabel = labelOf(told[key])) =>
    lines({
      title: `${capital(family)}: ${yLabel} of samples held out by inner folds`,
      x,
      xLabel: "epoch",
      yLabel,
      format: (value) => measured(told[key], value, 0),
      series: own.map(({ candidate, curve }, i) => ({
        name: candidate.name,
        tone: i + 1,
        values: x.map((epoch) => curve.find((stop) => stop.epoch === epoch)?.[key] ?? null),
      })),
    });
  return [chart("score"), chart("beside")];
}
