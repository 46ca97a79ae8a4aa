import { optimizerFields } from "../../nn/config.js";
import { csvLine } from "../../util/csv.js";
import type { Comparison } from "../analysis/compare.js";
import { accuracyEstimate } from "../analysis/estimate.js";
import { removalCurves } from "../analysis/removed-after.js";
import { distinct } from "../analysis/select.js";
import { hiddenAtStart, hiddenLeft } from "../analysis/sweeps.js";
import type { RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";
import type { EpochTime, TimeRecord } from "../times/time-records.js";

/** Cells of a line. */
export type Row = readonly (string | number | null)[];

/** Lines as CSV. */
export const csv = (rows: readonly Row[]): string => rows.map(csvLine).join("");

/** A line a run, with the command that runs it alone. */
export function runsCsv(results: readonly RunResult[]): string {
  const head = [
    ...["study", "dataset", "method", "variant", "split", "seed", "train_samples", "test_samples", "features", "classes"],
    ...["accuracy", "balanced_accuracy", "cross_entropy", "train_accuracy", "train_cross_entropy", "majority"],
    ...[
      "best_validation_epoch",
      "best_validation_accuracy",
      "lr",
      "decay",
      "lr_at_edge",
      "parameters_initial",
      "parameters_final",
    ],
    ...[
      "hidden_initial",
      "hidden_final",
      "flop_train",
      "flop_tuning",
      "seconds_total",
      "seconds_cpu",
      "version",
      "data_sha256",
      "command",
    ],
  ];
  const rows = results.map((result): Row => {
    const { run, data, final, atBestValidation, tuning, options, parameters, flop } = result;
    const lr = tuning?.lr ?? (typeof options.lr === "number" ? options.lr : null);
    return [
      ...[run.study, run.dataset, run.method, run.variant, run.split, result.seed, data.trainSamples, data.testSamples],
      ...[data.features, data.classes.length, final.accuracy, final.balancedAccuracy, final.crossEntropy, final.trainAccuracy],
      ...[final.trainCrossEntropy, result.majority, atBestValidation?.epoch ?? null, atBestValidation?.accuracy ?? null],
      ...[lr, tuning?.decay ?? optimizerFields(options.optimizer).decay ?? null, tuning ? String(tuning.edge) : null],
      ...[parameters.initial, parameters.final, hiddenAtStart(result), hiddenLeft(result), flop.train, flop.tuning],
      ...[result.seconds.total, result.seconds.cpu ?? null, result.version, data.sha256, result.command],
    ];
  });
  return csv([head, ...rows]);
}

/** A line for every study, dataset, method and variant: means with intervals. */
export function tableCsv(results: readonly RunResult[], fixed: ReadonlySet<string>): string {
  const groups = distinct(results.map(({ run }) => [run.study, run.dataset, run.method, run.variant].join("\n")));
  const rows = groups.map((group): Row => {
    const runs = results.filter(({ run }) => [run.study, run.dataset, run.method, run.variant].join("\n") === group);
    const { run, data } = runs[0];
    const { mean, interval } = accuracyEstimate(runs, fixed.has(run.dataset));
    const means = (pick: (result: RunResult) => number) => meanOf(runs.map(pick));
    return [
      ...[run.study, run.dataset, run.method, run.variant, runs.length, data.samples, data.features, data.classes.length],
      ...[mean, interval?.low ?? null, interval?.high ?? null, fixed.has(run.dataset) ? "bootstrap" : "corrected"],
      ...[means(({ final }) => final.balancedAccuracy), means(({ final }) => final.crossEntropy)],
      ...[means(({ final }) => final.trainAccuracy), means(({ majority }) => majority)],
      ...[means(({ parameters }) => parameters.final), means(hiddenLeft), means(({ flop }) => flop.train)],
    ];
  });
  const head = [
    ...["study", "dataset", "method", "variant", "runs", "samples", "features", "classes", "accuracy", "low", "high", "interval"],
    ...["balanced_accuracy", "cross_entropy", "train_accuracy", "majority", "parameters", "hidden", "flop_train"],
  ];
  return csv([head, ...rows]);
}

/** A line a method and dataset: the paired difference to the baseline. */
export function comparisonsCsv(comparisons: readonly Comparison[]): string {
  const head = ["method", "baseline", "dataset", "difference", "low", "high", "splits", "missing"];
  const rows = comparisons.flatMap(({ method, baseline, datasets }) =>
    datasets.map(
      ({ dataset, difference, estimate, splits, missing }): Row => [
        ...[method, baseline, dataset, difference, estimate.interval?.low ?? null, estimate.interval?.high ?? null],
        ...[splits, missing],
      ],
    ),
  );
  return csv([head, ...rows]);
}

/** The points of accuracy against the neurons that were removed after training. */
export function removedAfterCsv(results: readonly RunResult[]): string {
  const head = ["dataset", "method", "score", "order", "fraction", "accuracy", "runs"];
  const rows = removalCurves(results).flatMap(({ dataset, method, score, order, fractions, accuracy, runs }) =>
    fractions.map((fraction, i): Row => [dataset, method, score, order, fraction, accuracy[i], runs]),
  );
  return csv([head, ...rows]);
}

/** A line a round, dataset and method of the sequential pass; of a method that loses neurons `last` is after the last removal. */
export function timesCsv(times: readonly TimeRecord[]): string {
  const head = [
    ...["dataset", "round", "method", "first_ms", "first_evolution_ms", "first_connections", "first_hidden", "first_core_share"],
    ...["last_ms", "last_evolution_ms", "last_connections", "last_hidden", "last_core_share"],
    ...["version", "device", "threads", "processor", "node"],
  ];
  const ms = (seconds: number | null) => (seconds === null ? null : 1000 * seconds);
  const epoch = (time: EpochTime | null): Row =>
    time ? [ms(time.seconds), ms(time.evolution), time.connections, time.hidden, time.share] : [null, null, null, null, null];
  const rows = times.flatMap(({ dataset, round, measured, methods }) =>
    methods.map(
      ({ method, first, last }): Row => [
        ...[dataset, round, method, ...epoch(first), ...epoch(last)],
        ...[measured.version, measured.name, measured.threads, measured.processor, measured.node],
      ],
    ),
  );
  return csv([head, ...rows]);
}
