import { table } from "../../report/format.js";
import type { PlannedSuite } from "../plan/plan-suite.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import { networkKey, type Timing } from "../run/job.js";
import type { Slot } from "../run/slot.js";
import { predictSeconds } from "./predict-time.js";

/** Predicts the seconds of runs, from what a few epochs of each of their networks took. */
export type Forecast = (run: PlannedRun) => number;

/**
 * Times every network that the runs train, on all slots at once, as the runs are to be made: what they share (memory, caches) slows both
 * alike. The first on each slot is timed twice, as it warms up.
 */
export async function timeRuns(
  planned: PlannedSuite,
  runs: readonly PlannedRun[],
  slots: readonly Slot[],
  signal?: AbortSignal,
): Promise<Forecast> {
  const timings = new Map<string, Timing>();
  const queue = [...new Map(runs.map((run) => [networkKey(run), run])).values()];
  const work = async (slot: Slot) => {
    let warm = false;
    for (let run = queue.shift(); run && !signal?.aborted; run = queue.shift()) {
      const job = planned.jobOf(run, null);
      if (!warm) await slot.time(job);
      warm = true;
      timings.set(networkKey(run), await slot.time(job));
    }
  };
  await Promise.all(slots.map(work));
  return (run) => {
    const timing = timings.get(networkKey(run));
    if (!timing) throw new Error(`${run.task.key} was not timed`);
    return predictSeconds(run, timing);
  };
}

/** What is to be computed, by study: runs, trainings, GFLOP, and hours on so many slots. */
export function planTable(runs: readonly PlannedRun[], forecast: Forecast, slots: number): string[] {
  const row = (name: string, of: readonly PlannedRun[]) => {
    const sum = (value: (run: PlannedRun) => number) => of.reduce((total, run) => total + value(run), 0);
    return [
      name,
      ...[of.length, sum(({ trials }) => trials + 1), Math.round(sum(({ flop }) => flop) / 1e9)].map((n) =>
        n.toLocaleString("en-US"),
      ),
      (sum(forecast) / slots / 3600).toFixed(2),
    ];
  };
  const studies = [...new Set(runs.map(({ task }) => task.run.study))];
  return table([
    ["study", "runs", "trainings", "GFLOP", "hours"],
    ...studies.map((study) =>
      row(
        study,
        runs.filter(({ task }) => task.run.study === study),
      ),
    ),
    ...(studies.length > 1 ? [row("all", runs)] : []),
  ]);
}
