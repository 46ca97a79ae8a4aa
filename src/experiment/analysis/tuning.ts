import { METHOD_NAMES, type MethodName } from "../../methods/index.js";
import { maximum, minimum } from "../../util/extremes.js";
import type { RunResult } from "../run/records.js";

/** How the grid of learning rates fared for a method. */
export interface GridEdges {
  readonly method: MethodName;
  /** Runs that were tuned. */
  readonly tuned: number;
  /** Of these, those whose best learning rate was the least of the grid, and the largest. */
  readonly lowest: number;
  readonly highest: number;
  /** Trials that diverged, of all. */
  readonly diverged: number;
  readonly trials: number;
  /** Runs that chose a weight decay above 0. */
  readonly decayed: number;
}

/** By method, over all tuned runs of all studies; methods without any are left out. */
export function gridEdges(results: readonly RunResult[]): GridEdges[] {
  return METHOD_NAMES.flatMap((method) => {
    const tunings = results.flatMap(({ run, tuning }) => (run.method === method && tuning ? [tuning] : []));
    if (tunings.length === 0) return [];
    const rates = tunings.map(({ trials }) => trials.map(({ lr }) => lr));
    const count = (holds: (lr: number, all: readonly number[]) => boolean) =>
      tunings.filter(({ lr, edge }, i) => edge && holds(lr, rates[i])).length;
    const trials = tunings.flatMap((tuning) => tuning.trials);
    return [
      {
        method,
        tuned: tunings.length,
        trials: trials.length,
        lowest: count((lr, all) => lr === minimum(all)),
        highest: count((lr, all) => lr === maximum(all)),
        diverged: trials.filter(({ loss }) => loss === null).length,
        decayed: tunings.filter(({ decay }) => decay > 0).length,
      },
    ];
  });
}
