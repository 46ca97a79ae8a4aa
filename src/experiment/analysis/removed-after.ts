import { groupBy } from "../../data/group-by.js";
import type { Told } from "../../metrics/metric.js";
import type { RemovalCurve, RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";

/** The first metric on the test part against the fraction of neurons taken out after training, mean over the splits of a dataset. */
export interface MeanRemovalCurve extends RemovalCurve {
  readonly dataset: string;
  readonly method: string;
  readonly runs: number;
  /** The largest fraction up to which it is never worse by more than SPARED than that of the whole network. */
  readonly spared: number;
}

/** What may be lost: of a metric that is a fraction as such, of others as a part of it. */
export const SPARED = 0.015;

/** Figure 1: for every dataset, method, score and order with such runs of the study `main`; all runs of a suite take out the same fractions. */
export function removalCurves(results: readonly RunResult[], metric: Told): MeanRemovalCurve[] {
  const runs = results.filter(({ run, removedAfter }) => run.study === "main" && removedAfter !== null);
  return [...groupBy(runs, ({ run }) => `${run.dataset}\n${run.method}`).values()].flatMap((group) => {
    const curves = group.flatMap(({ removedAfter }) => removedAfter ?? []);
    const { dataset, method } = group[0].run;
    return [...groupBy(curves, ({ score, order }) => `${score}\n${order}`).values()].map((same) => {
      const [{ score, order, fractions }] = same;
      const values = fractions.map((_, i) => meanOf(same.map((curve) => curve.values[i])));
      return { dataset, method, score, order, fractions, values, runs: same.length, spared: sparedOf(fractions, values, metric) };
    });
  });
}

function sparedOf(fractions: readonly number[], values: readonly number[], { better, fraction }: Told): number {
  const most = SPARED * (fraction ? 1 : Math.abs(values[0]));
  const lost = (value: number) => (better === "larger" ? values[0] - most - value : value - values[0] - most);
  const fallen = values.findIndex((value) => lost(value) > 1e-12);
  return fallen < 0 ? fractions[fractions.length - 1] : fractions[Math.max(0, fallen - 1)];
}
