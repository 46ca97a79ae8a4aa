import { datasetsOf, runsOf } from "../../../src/experiment/analysis/select.js";
import { points, pValue, withInterval } from "../../../src/experiment/analysis/words.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { counted } from "../../../src/util/counted.js";
import { minimum } from "../../../src/util/extremes.js";
import { decide } from "./hypotheses.js";

/** dense-small on a dataset where a hidden layer of it has fewer neurons than there are classes. */
export interface Bottleneck {
  readonly dataset: string;
  /** Neurons of its hidden layers. */
  readonly widths: readonly number[];
  readonly classes: number;
}

/** The datasets of study main on which dense-small has a hidden layer that is narrower than the number of classes. */
export function bottlenecks(results: readonly RunResult[]): Bottleneck[] {
  return datasetsOf(results, "main").flatMap((dataset) => {
    const [run] = runsOf(results, { study: "main", dataset, method: "dense-small" });
    if (!run) return [];
    const widths = run.neurons.initial.slice(1, -1);
    const classes = run.data.classes.length;
    return minimum(widths) < classes ? [{ dataset, widths, classes }] : [];
  });
}

/** What the hypotheses against dense-small come to where it is no bottleneck: a sentence each. Not adjusted, and decides nothing. */
export function withoutBottlenecks(results: readonly RunResult[], narrow: readonly Bottleneck[]): string[] {
  const left = results.filter(({ run }) => !narrow.some(({ dataset }) => dataset === run.dataset));
  return decide(left)
    .filter(({ hypothesis }) => hypothesis.than === "dense-small")
    .map(({ hypothesis: { id, better, than }, effect, test, sources }) =>
      effect && test
        ? `${id}: ${better} minus ${than} ${withInterval({ mean: effect.estimate, interval: effect.interval }, points)} points, p ${pValue(test.p)}, ${counted(sources.length, "dataset")}.`
        : `${id}: no dataset is left.`,
    );
}
