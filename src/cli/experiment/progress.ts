import { measureBy } from "../../experiment/analysis/estimate.js";
import type { PlannedRun } from "../../experiment/plan/planned-runs.js";
import type { FailedRun, RunResult } from "../../experiment/run/records.js";
import { optimizerFields } from "../../nn/config.js";
import { duration, measured, short } from "../../report/format.js";
import { taskOf } from "../../tasks/index.js";
import { counted } from "../../util/counted.js";
import { openBar } from "../bar.js";
import { say, type Terminal, visible } from "../terminal.js";

/** Live progress of a suite. */
export interface SuiteProgress {
  training(run: PlannedRun, done: number, of: number): void;
  result(run: PlannedRun, result: RunResult): void;
  failure(run: PlannedRun, failed: FailedRun): void;
  stop(): void;
}

/** How far a suite is: `done` of `all` runs before this start; `secondsOf` predicts a run, by which what is left is told. */
export interface SuiteExtent {
  readonly all: number;
  readonly done: number;
  readonly left: readonly PlannedRun[];
  readonly slots: number;
  readonly secondsOf: (run: PlannedRun) => number;
}

/** A bar that is redrawn where the terminal can, else a line a run. */
export function suiteProgress(terminal: Terminal, extent: SuiteExtent): SuiteProgress {
  const { all, slots, secondsOf } = extent;
  const start = performance.now();
  const total = extent.left.reduce((sum, run) => sum + secondsOf(run), 0);
  const underWay = new Map<string, number>();
  let done = extent.done;
  let gone = 0;
  const bar = terminal.live && openBar(terminal.live, "[{bar}] {percentage} % {text}", total, 0, "first run ...");
  const left = () => {
    const reached = gone + [...underWay.values()].reduce((sum, seconds) => sum + seconds, 0);
    const elapsed = (performance.now() - start) / 1000;
    // by the prediction, corrected by how it did so far
    const pace = reached > 0.02 * total ? elapsed / reached : 1 / slots;
    return { reached, text: `${duration(Math.max(0, total - reached) * pace)} left` };
  };
  const draw = (text: string) => {
    const { reached, text: time } = left();
    bar?.update(Math.min(total, reached), { text: visible(`${done}/${counted(all, "run")}, ${time} | ${text}`) });
  };
  const end = (run: PlannedRun, text: string) => {
    underWay.delete(run.task.key);
    gone += secondsOf(run);
    done++;
    if (bar) draw(`${run.task.key}: ${text}`);
    else say(terminal, `${done}/${all} ${run.task.key}: ${text}; ${left().text}`);
  };
  return {
    training(run, count, of) {
      underWay.set(run.task.key, (secondsOf(run) * count) / of);
      if (bar) draw(`${run.task.key}: ${count}/${of} trainings`);
    },
    result: (run, result) => end(run, describe(run, result)),
    failure: (run, { reason }) => end(run, `failed: ${reason}`),
    stop: () => bar?.stop(),
  };
}

function describe({ config }: PlannedRun, result: RunResult): string {
  const { options, seconds } = result;
  const [metric] = taskOf(config.network.task).metrics;
  const { lr, optimizer } = options;
  const rate = typeof lr === "object" ? lr.rate : lr;
  return `test ${measured(metric, measureBy(metric)(result))}, lr ${rate === undefined ? "-" : short(rate)}, decay ${optimizerFields(optimizer).decay ?? 0}, ${duration(seconds.total)}`;
}
