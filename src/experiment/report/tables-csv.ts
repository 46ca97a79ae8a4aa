import { groupBy } from "../../data/group-by.js";
import type { Told } from "../../metrics/metric.js";
import { optimizerFields } from "../../nn/config.js";
import { nameOf } from "../../options/piece.js";
import type { Task } from "../../tasks/task.js";
import { measureKey } from "../../train/measures.js";
import { csvLine } from "../../util/csv.js";
import type { Comparison } from "../analysis/compare.js";
import { type Measure, meanMeasure, metricEstimate } from "../analysis/estimate.js";
import { removalCurves } from "../analysis/removed-after.js";
import { hiddenAtStart, hiddenLeft } from "../analysis/sweeps.js";
import type { RunResult } from "../run/records.js";
import type { EpochTime, TimeRecord } from "../times/time-records.js";

/** Cells of a line. */
export type Row = readonly (string | number | null)[];

/** Lines as CSV. */
export const csv = (rows: readonly Row[]): string => rows.map(csvLine).join("");

/** A measure of results, with the head of its column. */
type Column = readonly [head: string, of: (result: RunResult) => number | null];

/** "balancedAccuracy" -> "balanced_accuracy". */
const inHead = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** What a task is told of: the metrics of the test part and its loss, with "train_" before them those of the training part, the floor. */
function columnsOf({ metrics, measured = [], losses, floor }: Task) {
  const columns = (prefix: string, part: "train" | "test", told: readonly Told[]) =>
    told.map(({ name }): Column => [prefix + inHead(name), ({ final }) => final[measureKey(part, name)]]);
  const [first, ...others] = columns("", "test", [...metrics, ...measured]);
  const loss = inHead(nameOf(losses[0]));
  return {
    first,
    test: [...others, [loss, ({ final }) => final.testLoss] satisfies Column],
    train: columns("train_", "train", metrics),
    trainLoss: [`train_${loss}`, ({ final }) => final.trainLoss] satisfies Column,
    floor: floor ? [[floor.name, (result) => result.floor] satisfies Column] : [],
  };
}

/** A line a run, with the command that runs it alone. */
export function runsCsv(results: readonly RunResult[], task: Task): string {
  const { first, test, train, trainLoss, floor } = columnsOf(task);
  const measures: Column[] = [first, ...test, ...train, trainLoss, ...floor];
  const best = measureKey("test", task.metrics[0].name);
  const head = [
    ...["study", "dataset", "method", "variant", "split", "seed", "train_samples", "test_samples", "features"],
    ...[task.called ?? "outputs", ...measures.map(([name]) => name), "best_validation_epoch", `best_validation_${first[0]}`],
    ...["lr", "decay", "lr_at_edge", "parameters_initial", "parameters_final", "hidden_initial", "hidden_final", "flop_train"],
    ...["flop_tuning", "seconds_total", "seconds_cpu", "version", "data_sha256", "command"],
  ];
  const rows = results.map((result): Row => {
    const { run, data, atBestValidation, tuning, options, parameters, flop } = result;
    const lr = tuning?.lr ?? (typeof options.lr === "object" ? options.lr.rate : options.lr) ?? null;
    return [
      ...[run.study, run.dataset, run.method, run.variant, run.split, result.seed, data.trainSamples, data.testSamples],
      ...[data.features, data.classes.length, ...measures.map(([, of]) => of(result))],
      ...[atBestValidation?.epoch ?? null, atBestValidation?.[best] ?? null],
      ...[lr, tuning?.decay ?? optimizerFields(options.optimizer).decay ?? null, tuning ? String(tuning.edge) : null],
      ...[parameters.initial, parameters.final, hiddenAtStart(result), hiddenLeft(result), flop.train, flop.tuning],
      ...[result.seconds.total, result.seconds.cpu ?? null, result.version, data.sha256, result.command],
    ];
  });
  return csv([head, ...rows]);
}

/** A line for every study, dataset, method and variant: means with intervals. */
export function tableCsv(results: readonly RunResult[], fixed: ReadonlySet<string>, task: Task): string {
  const { first, test, train, floor } = columnsOf(task);
  const others: Column[] = [...test, ...train, ...floor];
  const groups = groupBy(results, ({ run }) => [run.study, run.dataset, run.method, run.variant].join("\n"));
  const rows = [...groups.values()].map((runs): Row => {
    const [{ run, data }] = runs;
    const { mean, interval } = metricEstimate(runs, fixed.has(run.dataset), task.metrics[0]);
    const means = (pick: Measure) => meanMeasure(runs, pick);
    return [
      ...[run.study, run.dataset, run.method, run.variant, runs.length, data.samples, data.features, data.classes.length],
      ...[mean, interval?.low ?? null, interval?.high ?? null, fixed.has(run.dataset) ? "bootstrap" : "corrected"],
      ...others.map(([, of]) => means(of)),
      ...[means(({ parameters }) => parameters.final), means(hiddenLeft), means(({ flop }) => flop.train)],
    ];
  });
  const head = [
    ..."study dataset method variant runs samples features".split(" "),
    ...[task.called ?? "outputs", first[0], "low", "high"],
    ...["interval", ...others.map(([name]) => name), "parameters", "hidden", "flop_train"],
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

/** The points of the first metric against the neurons that were removed after training. */
export function removedAfterCsv(results: readonly RunResult[], { metrics: [metric] }: Task): string {
  const head = ["dataset", "method", "score", "order", "fraction", inHead(metric.name), "runs"];
  const rows = removalCurves(results, metric).flatMap(({ dataset, method, score, order, fractions, values, runs }) =>
    fractions.map((fraction, i): Row => [dataset, method, score, order, fraction, values[i], runs]),
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
