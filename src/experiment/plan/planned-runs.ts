import { featuresAfter } from "../../data/prepare/index.js";
import { lossOf } from "../../losses/index.js";
import { methodOf } from "../../methods/index.js";
import { taskOf } from "../../tasks/index.js";
import { trainConfig } from "../../train/config.js";
import type { TrainConfig, TrainOptions } from "../../train/options.js";
import { check } from "../../util/check.js";
import { keyOf, type RunKey } from "../run/records.js";
import { metricsFor, type RunTask } from "../run/run.js";
import { BY_SIZE, type DatasetConfig, SMALL, type SuiteConfig } from "./config.js";
import { plannedFlop } from "./flop.js";
import { type SplitRecord, splitOf } from "./splits.js";
import { ratesFrom, STUDIES } from "./studies.js";

/** A run before it is started. */
export interface PlannedRun {
  /** Without rates where they are another run's to choose. */
  readonly task: RunTask;
  readonly data: DatasetConfig;
  /** Key of the run whose rates this one takes; null where it tunes itself. */
  readonly needs: string | null;
  readonly config: TrainConfig;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** Trainings of tuning, each on the fitted part of a fold. */
  readonly trials: number;
  readonly fittedSamples: number;
  /** Planned floating point operations of the training steps, tuning's included. */
  readonly flop: number;
}

/**
 * All runs of a suite, in the order they are started: by study, dataset, split, then method, so that a suite that was stopped has whole
 * splits. `splits` holds those of every dataset. Throws usage errors where options do not go together, and where a run takes its rates from
 * one that the suite does not have.
 */
export function plannedRuns(suite: SuiteConfig, splits: ReadonlyMap<string, SplitRecord>): PlannedRun[] {
  const runs: PlannedRun[] = [];
  for (const study of suite.studies) {
    for (const data of suite.datasets.filter(({ name }) => study.datasets.includes(name))) {
      const record = splits.get(data.name);
      if (!record) continue;
      const samples = sizesOf(record, 0);
      const epochs =
        data.epochs ?? (samples.train + samples.test < BY_SIZE.epochs.samples ? BY_SIZE.epochs.small : BY_SIZE.epochs.large);
      for (let split = 0; split < data.splits; split++) {
        for (const { method, name, train } of STUDIES[study.name].variants(suite.methods, epochs)) {
          const run: RunKey = { study: study.name, dataset: data.name, method, variant: name, split };
          runs.push(plannedRun(suite, data, record, run, { epochs, ...train }));
        }
      }
    }
  }
  const keys = new Set(runs.map(({ task }) => task.key));
  for (const { task, needs } of runs) {
    check(needs === null || keys.has(needs), `study ${task.run.study}`, () => {
      return `${task.key} takes its learning rate from ${needs}, which the suite lacks; add study main, with that dataset and method`;
    });
  }
  return runs;
}

/** Whether a suite's loss takes a batch as a whole: the whole training part, where none is chosen. */
const takesWhole = ({ task }: SuiteConfig) => lossOf(taskOf(task).losses[0]).whole !== undefined;

function plannedRun(
  suite: SuiteConfig,
  data: DatasetConfig,
  record: SplitRecord,
  run: RunKey,
  changes: TrainOptions,
): PlannedRun {
  const seed = suite.seed + run.split;
  const { train: trainSamples, test: testSamples } = sizesOf(record, run.split);
  const small = trainSamples < SMALL;
  const train: TrainOptions = {
    ...(suite.task && { task: suite.task }),
    ...(suite.prepare && { prepare: suite.prepare }),
    ...(suite.classWeight && { classWeight: suite.classWeight }),
    ...(methodOf(changes.method ?? run.method).layout.hidden && { hidden: data.hidden }),
    epsilon: data.epsilon,
    ...(!(takesWhole(suite) && data.batch === null) && {
      batch: Math.min(data.batch ?? BY_SIZE.batch[small ? "small" : "large"], trainSamples),
    }),
    ...changes,
  };
  const features = featuresAfter(suite.prepare ?? [], record.features);
  const goal = metricsFor(suite, taskOf(suite.task)); // refused here where it is of another task
  const config = trainConfig({ ...train, ...goal }, { features, classes: record.classes.length, samples: trainSamples });
  const from = ratesFrom(run);
  const { lrs, decays, validation } = suite;
  const grid = from
    ? null
    : { lrs, decays, validation, folds: small ? suite.folds : 1, ...(suite.metric && { metric: suite.metric }) };
  const trials = grid ? grid.folds * (lrs.length + decays.length - 1) : 0;
  const fittedSamples = Math.round((1 - validation) * trainSamples);
  return {
    task: {
      key: keyOf(run),
      run,
      seed,
      train,
      grid,
      rates: null,
      removeAfter: run.study === "main" && suite.removeAfter.includes(data.name) && FIGURE.includes(run.method),
    },
    data,
    config,
    trainSamples,
    testSamples,
    trials,
    fittedSamples,
    needs: from && keyOf(from),
    flop: plannedFlop(config, trainSamples) + trials * plannedFlop(config, fittedSamples),
  };
}

/** Methods whose trained networks lose neurons in Figure 1. */
const FIGURE: readonly string[] = ["set", "npset", "dense"];

function sizesOf(record: SplitRecord, split: number): { train: number; test: number } {
  const { train, test } = splitOf(record, split);
  return { train: train.length, test: test.length };
}

/** Whether a key is one of a prefix: equal to it, or going on after a part of it. "main/a" has "main/a/set/0", not "main/ab/set/0". */
export function hasPrefix(key: string, prefix: string): boolean {
  return key === prefix || (key.startsWith(prefix) && (/[/:]$/.test(prefix) || /[/:]/.test(key[prefix.length])));
}
