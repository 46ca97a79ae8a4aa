import { secondsOf } from "../fit/plan.js";
import { measuresOf } from "../fit/report/input.js";
import type { FitPlan, FitResult } from "../fit/result.js";
import { labelOf } from "../metrics/metric.js";
import { formatBytes } from "../nn/memory.js";
import { duration, measured } from "../report/format.js";
import { counted } from "../util/counted.js";
import { percent } from "../util/percent.js";

/** What is going to be done, and what it takes. */
export function planLines(plan: FitPlan): string[] {
  const { candidates, folds, repeats, epochs, members, forecast, estimate } = plan;
  const rounds = repeats > 1 ? `${repeats} rounds of ${folds} folds` : `${counted(folds, "fold")}`;
  const { none, quick, full } = forecast.estimate;
  const base = forecast.search + forecast.refit;
  const each = [none, quick, full].map((more) => duration(base + more));
  return [
    `plan       ${candidates.linear.length} times linear and ${counted(candidates.network.length, "network")} on ${rounds}, ${counted(epochs, "epoch")} at most; the best is trained with ${counted(members, "member")}`,
    `time       about ${duration(secondsOf(plan))} with --estimate ${estimate} (none ${each[0]}, quick ${each[1]}, full ${each[2]})`,
    `memory     at most ${formatBytes(forecast.memory)} for a training`,
  ];
}

/** The outcome for people, the verdict first. */
export function outcomeLines(result: FitResult): string[] {
  const { chosen, estimate, verdict } = result;
  const { best, weights } = chosen;
  const [first, ...others] = measuresOf(result);
  const parts = (["network", "linear"] as const).flatMap((family) => {
    const part = best[family];
    return part && weights[family] > 0
      ? [`${percent(weights[family], 0)} ${part.candidate.name} (${counted(part.epoch, "epoch")})`]
      : [];
  });
  const rows = estimate ? Object.entries({ fit: estimate.measures, ...estimate.baselines }) : [];
  const told = rows.map(([name, measures]) => {
    const decides = measures[first.name];
    const shown = (value: number) => measured(first, value);
    const range = decides ? `${shown(decides.mean)} (${shown(decides.low)} to ${shown(decides.high)})` : "none";
    const more = others.flatMap((measure) => {
      const { mean = null } = measures[measure.name] ?? {};
      return mean === null ? [] : [`${labelOf(measure)} ${measured(measure, mean)}`];
    });
    return `${name.padEnd(11)} ${labelOf(first)} ${[range, ...more].join(", ")}`;
  });
  return [`verdict    ${verdict}`, `chosen     ${parts.join(" + ")}`, ...told];
}
