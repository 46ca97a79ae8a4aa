import { type Metric, type Outcome, type Told, valueOver } from "../../metrics/metric.js";

/** What a model said of the samples that one fold holds out. */
export interface Heard {
  /** [samples, width] as `Judging.hear` gives it; of models together the weighted mean of what each said. */
  readonly said: ArrayLike<number>;
  /** [samples, targets] what it is held against, in the targets' own units. */
  readonly targets: ArrayLike<number>;
  /** Outputs of the network. */
  readonly outputs: number;
}

/** A number that tells how good a model is, of what it said of all folds. */
export interface Score extends Told {
  /** The number, of what was said of these folds. */
  of(folds: readonly Heard[]): number;
}

/** How `fit` judges models of a task, by samples that they were not trained on. */
export interface Judging {
  /** What is kept of the outputs of a set, [samples, width]: scores and weights follow from it. */
  hear(outcome: Outcome): number[];
  /** What the search goes by. */
  readonly score: Score;
  /** What is told beside it. */
  readonly beside: Score;
  /** Weights of two models that are best together, above 0 and with sum 1, pulled towards even ones. Each said something of every fold. */
  weigh(models: readonly (readonly Heard[])[]): number[];
  /** Simple models that the answer is held against, by their names. */
  readonly baselines: readonly string[];
  /** What is measured of answers, of so many outputs; the first decides which model is better. */
  measures(outputs: number): readonly Told[];
  /** [samples, outputs] numbers of what `predict` gives. */
  answers(prediction: object): ArrayLike<number>;
  /** Outputs [samples, outputs] of such answers of one fold, which may stand beside those of other folds. */
  pooled(answers: Float64Array): Float64Array;
  /** The measures of such answers, by name; null where one is not defined. */
  measure(answers: Float64Array, targets: ArrayLike<number>, outputs: number): Readonly<Record<string, number | null>>;
  /** Metrics that the search may go by in the place of its score. */
  readonly metrics: readonly Metric[];
  /** The sets that such a metric looks at, as outputs: all folds together, or each alone. */
  outcomes(folds: readonly Heard[]): Outcome[];
  /** Where `hear` keeps too little for them: judging that keeps all. */
  readonly inFull?: Judging;
  /** Of classes: the probabilities of the true ones, sample by sample. */
  truth?(folds: readonly Heard[]): Float64Array;
}

/** What models say together, by their weights. */
export function mixed(models: readonly (readonly Heard[])[], weights: readonly number[]): Heard[] {
  return models[0].map((first, fold) => {
    const all = models.map((folds) => folds[fold].said);
    return { ...first, said: Float64Array.from(first.said, (_, i) => all.reduce((sum, own, k) => sum + weights[k] * own[i], 0)) };
  });
}

/** What was said in all folds as outputs of one set, where outputs were kept. */
export function joined(folds: readonly Heard[]): Outcome {
  const [{ outputs }] = folds;
  const z = Float32Array.from(folds.flatMap(({ said }) => Array.from(said)));
  const targets = folds.flatMap((fold) => Array.from(fold.targets));
  return { z, targets, samples: z.length / outputs, outputs };
}

/** The values of metrics by their names, on one set; null where one is not defined. */
export function valuesOf(metrics: readonly Metric[], outcome: Outcome): Record<string, number | null> {
  const found = (metric: Metric) => {
    if (metric.unfit?.(outcome.targets, outcome)) return null;
    const value = valueOver(metric, outcome);
    return Number.isFinite(value) ? value : null;
  };
  return Object.fromEntries(metrics.map((metric) => [metric.name, found(metric)]));
}

/** How models are judged where the search goes by a metric: its mean over the sets where it is defined, NaN where it is in none. */
export function judgedBy(judging: Judging, metric: Metric): Judging {
  const full = judging.inFull ?? judging;
  const of = (folds: readonly Heard[]) => {
    const known = full.outcomes(folds).flatMap((outcome) => valuesOf([metric], outcome)[metric.name] ?? []);
    return known.reduce((sum, value) => sum + value, 0) / known.length;
  };
  const { name, label, better, fraction, range } = metric;
  return { ...full, score: { name, label, better, fraction, range, of }, beside: full.score };
}

/** What a value of a score costs: of two the better one costs less. */
export function costOf({ better }: Told, value: number): number {
  if (Number.isNaN(value)) return Infinity;
  return better === "larger" ? -value : value;
}
