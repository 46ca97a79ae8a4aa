import type { RemovalCurve, RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";
import { distinct } from "./select.js";

/** Test accuracy against the fraction of neurons taken out after training, mean over the splits of a dataset. */
export interface MeanRemovalCurve extends RemovalCurve {
  readonly dataset: string;
  readonly method: string;
  readonly runs: number;
  /** The largest fraction up to which accuracy never falls by more than SPARED below that of the whole network. */
  readonly spared: number;
}

/** What may be lost, as a fraction of accuracy: the margin of H5. */
export const SPARED = 0.015;

/** Figure 1: for every dataset, method, score and order with such runs of the study `main`; all runs of a suite take out the same fractions. */
export function removalCurves(results: readonly RunResult[]): MeanRemovalCurve[] {
  const runs = results.filter(({ run, removedAfter }) => run.study === "main" && removedAfter !== null);
  return distinct(runs.map(({ run }) => `${run.dataset}\n${run.method}`)).flatMap((name) => {
    const group = runs.filter(({ run }) => `${run.dataset}\n${run.method}` === name);
    const curves = group.flatMap(({ removedAfter }) => removedAfter ?? []);
    const { dataset, method } = group[0].run;
    return distinct(curves.map(({ score, order }) => `${score}\n${order}`)).map((kind) => {
      const same = curves.filter(({ score, order }) => `${score}\n${order}` === kind);
      const [{ score, order, fractions }] = same;
      const accuracy = fractions.map((_, i) => meanOf(same.map((curve) => curve.accuracy[i])));
      return { dataset, method, score, order, fractions, accuracy, runs: same.length, spared: sparedOf(fractions, accuracy) };
    });
  });
}

function sparedOf(fractions: readonly number[], accuracy: readonly number[]): number {
  const fallen = accuracy.findIndex((value) => value < accuracy[0] - SPARED - 1e-12);
  return fallen < 0 ? fractions[fractions.length - 1] : fractions[Math.max(0, fallen - 1)];
}
