import { groupBy } from "../../../src/data/group-by.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import { readResults } from "../../../src/experiment/store/archive.js";
import { duration } from "../../../src/report/format.js";
import type { Unit } from "./records.js";
import { bySize, type Study } from "./study.js";
import { armOf } from "./units.js";

/** Points of the grids that a walk tries, about. */
const TRIALS = 7;

/** CPU seconds of a unit, by what the runs of the first edition took: their folder is that of its archive. 0 where it has none of a dataset. */
export function forecaster(study: Study, folder: string): (unit: Unit) => number {
  const refits = refitsOf(readResults(folder).results.filter(({ run }) => run.study === "main"));
  return ({ dataset, arm }) => {
    const costs = armOf(arm)
      .costs(study)
      .map((cost) => {
        if ("seconds" in cost) return cost.seconds;
        const found = refits.get(`${dataset}/${cost.method}`);
        if (!found) return 0;
        const samples = Math.min(study.most.train, found.samples);
        const trials = cost.tunes ? TRIALS * bySize(study.folds, samples) * (1 - study.validation) : 0;
        return (found.seconds * (cost.members + trials) * samples) / found.samples;
      });
    return costs.reduce((sum, seconds) => sum + seconds, 0);
  };
}

/** By "dataset/method": seconds of training one network, and of how many samples. Tuning and training took time as they took operations. */
function refitsOf(results: readonly RunResult[]): Map<string, { seconds: number; samples: number }> {
  const groups = groupBy(results, ({ run }) => `${run.dataset}/${run.method}`);
  return new Map(
    [...groups].map(([name, runs]) => {
      const all = runs.map(({ seconds, flop }) => ((seconds.cpu ?? seconds.total) * flop.train) / (flop.train + flop.tuning));
      return [name, { seconds: meanOf(all), samples: runs[0].data.trainSamples }];
    }),
  );
}

/** What is to be run, a line an arm and one for all, with the hours of `slots` side by side. */
export function planText(units: readonly Unit[], secondsOf: (unit: Unit) => number, slots: number): string {
  const line = (name: string, own: readonly Unit[]) => {
    const all = own.map(secondsOf);
    const sum = all.reduce((a, b) => a + b, 0);
    const longest = all.reduce((a, b) => Math.max(a, b), 0);
    return `${name.padEnd(12)} ${String(own.length).padStart(4)} units  ${duration(sum / slots)}, the longest ${duration(longest)}`;
  };
  const arms = groupBy(units, ({ arm }) => arm);
  return [...[...arms].map(([arm, own]) => line(arm, own)), line("all", units)].join("\n");
}
