import { pinball } from "../losses/pinball.js";
import { check } from "../util/check.js";
import { shown } from "../util/shown.js";
import { collectDoubles } from "./answers.js";
import { alignTargets, namesOf, regression } from "./regression.js";
import { reportTargets, type TargetReport } from "./target-report.js";
import type { Collector, Task } from "./task.js";

/** How the names of these tasks begin: files have "quantiles-0.1-0.5-0.9". */
const NAMED = /^quantiles((?:-0\.\d+)+)$/;

/**
 * Regression to quantiles of each target, such as 0.1, 0.5, 0.9: the outputs that so many of the targets are below, and so intervals. Metrics are of
 * the median. Throws unless they ascend, strictly between 0 and 1, with 0.5 in their middle.
 */
export function quantileRegression(quantiles: readonly number[]): Task {
  checkQuantiles(quantiles);
  const count = quantiles.length;
  const each = (names: readonly string[]) => names.flatMap((name) => quantiles.map((q) => `${name} ${q}`));
  const targetsOf = (outputs: readonly string[]) =>
    outputs.filter((_, c) => c % count === 0).map((name) => name.slice(0, -` ${quantiles[0]}`.length));
  return {
    ...regression,
    name: `quantiles-${quantiles.join("-")}`,
    losses: [pinball(quantiles)],
    outputs: (set) => each(namesOf(set)),
    width: (outputs) => outputs / count,
    targetNames: targetsOf,
    align: (set, outputs) => alignTargets(set, targetsOf(outputs)),
    measures(outputs, targets): Collector & { result(): { perTarget: readonly TargetReport[]; notes: readonly string[] } } {
      const samples = (targets.length * count) / outputs.length;
      const all = collectDoubles(outputs, samples);
      return {
        see: all.see,
        result() {
          const { values: z } = all.result();
          const { perTarget, notes } = reportTargets(targetsOf(outputs), { z, targets, samples, outputs: outputs.length });
          const crossed = countCrossed(z, count, outputs.length);
          const crossing = `the quantiles of ${crossed} of ${samples} samples cross: train longer, or with more samples`;
          return { perTarget, notes: crossed > 0 ? [...notes, crossing] : notes };
        },
      };
    },
  };
}

/** The task of that name; undefined of what is no name of such a task. */
export function quantilesNamed(name: unknown): Task | undefined {
  const [, listed] = (typeof name === "string" && NAMED.exec(name)) || [];
  return listed === undefined ? undefined : quantileRegression(listed.slice(1).split("-").map(Number));
}

function checkQuantiles(quantiles: readonly number[]): void {
  const ascend = (q: number, k: number) => typeof q === "number" && q > (k > 0 ? quantiles[k - 1] : 0) && q < 1 && q >= 1e-6;
  const fits = Array.isArray(quantiles) && quantiles.length % 2 === 1 && quantiles.every(ascend);
  check(fits && quantiles[(quantiles.length - 1) / 2] === 0.5, "quantiles", () => {
    return `${shown(quantiles)}, expected an odd number that ascend between 0 and 1, with 0.5 in the middle, e.g. 0.1,0.5,0.9`;
  });
}

/** Samples of whose targets any has a quantile above a higher one. */
function countCrossed(z: Float64Array, count: number, outputs: number): number {
  let crossed = 0;
  for (let start = 0; start < z.length; start += outputs) {
    const row = z.subarray(start, start + outputs);
    if (row.some((value, c) => c % count > 0 && value < row[c - 1])) crossed++;
  }
  return crossed;
}
