import { judgingOf } from "../experiment/run/leg.js";
import { labelOf } from "../metrics/metric.js";
import { measured } from "../report/format.js";
import type { EstimateEvents } from "./estimate.js";
import { secondsOf } from "./plan.js";
import type { FitCandidate, FitFamily, FitPlan, FitStop } from "./result.js";

/** How far a fit has come. */
export interface FitProgress {
  /** From 0 to 1, by the plan's seconds: no clock is asked. */
  readonly done: number;
  /** "search", "last training", "outer fold 2 of 5: search". */
  readonly part: string;
  /** The best candidate of this part so far, on samples held out in its search. */
  readonly best?: { readonly family: FitFamily; readonly candidate: FitCandidate; readonly at: FitStop };
}

/** What turns the events of a fit into its progress. */
export function createProgress(plan: FitPlan, onProgress?: (progress: FitProgress) => void) {
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
      if (best && best.at.score <= at.score) return;
      best = { family, candidate, at };
      tell();
    },
  };
  return events;
}

/** What is told beside a score, and the score, of the best candidate so far: "86.0 %", "cross-entropy 0.412". */
export function wordsOf({ candidate, at }: NonNullable<FitProgress["best"]>): { beside: string; score: string } {
  const { score, beside } = judgingOf(candidate.options.task);
  const name = beside.label ? `${beside.label} ` : "";
  return { beside: `${name}${measured(beside, at.beside)}`, score: `${labelOf(score)} ${at.score.toFixed(3)}` };
}
