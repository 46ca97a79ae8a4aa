import { list } from "../data/names.js";
import type { Outcome } from "../metrics/metric.js";
import { countLabels, microF1Of, scoreLabels } from "../metrics/of-labels.js";
import { percent } from "../util/percent.js";
import { nothingLearnt } from "./answers.js";
import { bestConstant } from "./constant-labels.js";

/** How one label was found; a score that is not defined is null. */
export interface LabelReport {
  readonly name: string;
  /** Samples that have it, and that are taken for it. */
  readonly support: number;
  readonly taken: number;
  readonly precision: number | null;
  readonly recall: number | null;
  readonly f1: number | null;
}

/** How each label was found, and what shows that a model has learnt nothing. */
export function reportLabels(names: readonly string[], outcome: Outcome) {
  const { z, samples, outputs, targets } = outcome;
  const counts = countLabels(outcome);
  const { precision, recall, f1 } = scoreLabels(counts);
  const perLabel = names.map((name, c): LabelReport => {
    return { name, support: counts.has[c], taken: counts.taken[c], precision: precision[c], recall: recall[c], f1: f1[c] };
  });
  const constant = samples > 1 && z.every((value, k) => value === z[k % outputs]);
  const [absent, never] = [perLabel.filter(({ support }) => support === 0), perLabel.filter(({ taken }) => taken === 0)];
  const always = perLabel.filter(({ support }) => samples > 1 && support === samples);
  const { taken, f1: floor } = bestConstant(targets, outputs);
  const own = microF1Of(counts) ?? 0;
  const named = (some: readonly LabelReport[]) => list(some.map(({ name }) => name));
  const notes = [
    ...(constant ? [nothingLearnt(samples)] : []),
    ...(own <= floor
      ? [
          `an F1 of ${percent(own)} is no better than giving every sample the labels ${list(taken.map((c) => names[c]))} (${percent(floor)})`,
        ]
      : []),
    ...(always.length > 0 ? [`every sample has ${named(always)}: finding it says nothing`] : []),
    ...(absent.length > 0 ? [`no sample has ${named(absent)}: recall is not defined there`] : []),
    ...(never.length > 0 ? [`no sample is taken for ${named(never)}: precision is not defined there`] : []),
  ];
  return { perLabel, notes };
}
