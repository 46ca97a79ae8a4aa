import { judgingOf } from "../experiment/run/leg.js";
import { labelOf } from "../metrics/metric.js";
import { measured } from "../report/format.js";
import { costOf } from "../tasks/judging/judging.js";
import type { EstimateEvents } from "./estimate.js";
import { secondsOf } from "./plan.js";
import type { FitCandidate, FitFamily, FitPlan, FitStop } from "./result.js";

/** The scores of a candidate for people: "86.0 %", and what the search goes by: "cross-entropy 0.412". */
export interface BestWords {
  readonly beside: string;
  readonly score: string;
}

/** How far a fit has come. */
export interface FitProgress {
  /** From 0 to 1, by the plan's seconds: no clock is asked. */
  readonly done: number;
  /** "search", "last training", "outer fold 2 of 5: search". */
  readonly part: string;
  /** The best candidate of this part so far, on samples held out in its search. */
  readonly best?: {
    readonly family: FitFamily;
    readonly candidate: FitCandidate;
    readonly at: FitStop;
    readonly words: BestWords;
  };
}

/** What turns the events of a fit into its progress. */
export function createProgress(plan: FitPlan, onProgress?: (progress: FitProgress) => void) {
  const { score, beside } = judgingOf(plan.task, plan.metric);
  const total = secondsOf(plan);
  let seconds = 0;
  let part = "";
  let best: FitProgress["best"];
  const tell = () => onProgress?.({ done: Math.min(1, seconds / total), part, ...(best && { best }) });
  let share = 1; // of the samples that are trained on
  const timed = (family: FitFamily) => plan.forecast.timed[family];
  const events: EstimateEvents & { onPart(name: string): void } = {
    onPart(name) {
      [part, best] = [name, undefined];
      tell();
    },
    onFold(fold, of) {
      share = 1 - 1 / (plan.outer?.folds ?? 1);
      events.onPart(`outer fold ${fold + 1} of ${of}`);
    },
    onTraining(family, epochs) {
      seconds += timed(family).start + epochs * timed(family).epoch * share * (1 - 1 / plan.folds);
      tell();
    },
    onRefit(family) {
      const members = family === "network" ? plan.members / plan.searchMembers : 1;
      seconds += timed(family).start + plan.epochs * timed(family).epoch * share * members;
      tell();
    },
    onBest(family, candidate, at) {
      if (best && costOf(score, best.at.score) <= costOf(score, at.score)) return;
      const name = beside.label ? `${beside.label} ` : "";
      const words = { beside: `${name}${measured(beside, at.beside)}`, score: `${labelOf(score)} ${at.score.toFixed(3)}` };
      best = { family, candidate, at, words };
      tell();
    },
  };
  return events;
}
