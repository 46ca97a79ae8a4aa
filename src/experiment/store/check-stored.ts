import { METHOD_NAMES } from "../../methods/index.js";
import { flag, integer, list, maybe, nullable, number, oneOf, record, type Schema, text } from "../../options/schema.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { suiteConfig } from "../plan/check-config.js";
import type { DatasetConfig, DatasetOptions, SuiteConfig } from "../plan/config.js";
import type { SplitRecord } from "../plan/splits.js";
import type { JobDevice } from "../run/job.js";
import { type FailedRun, keyOf, type RunResult } from "../run/records.js";
import type { TimeRecord } from "../times/time-records.js";
import { checkFields, checkLengths, device, outcomes } from "./check-fields.js";

export const count = integer({ min: 0 });
/** A list, which has items. */
export const some = <T>(item: Schema<T>) => list(item, { least: 1 });
const rates = { lr: number(), decay: number() };

export const RUN_KEY = record({ study: text(), dataset: text(), method: oneOf(METHOD_NAMES), variant: text(), split: count });
const RUN = { key: text(), run: RUN_KEY };

/** The fields of a result that reports use. */
export const RESULT = {
  ...RUN,
  ...{ version: text(), command: text(), seed: number(), majority: number(), correct: outcomes },
  data: record({
    ...{ sha256: nullable(text()), samples: count, features: count, classes: some(text()) },
    ...{ trainSamples: count, testSamples: count },
  }),
  options: record({ optimizer: maybe(record({ decay: maybe(number()) })) }),
  tuning: nullable(record({ ...rates, edge: flag(), trials: some(record({ lr: number(), loss: nullable(number()) })) })),
  final: record({
    ...{ accuracy: number(), balancedAccuracy: number(), crossEntropy: number() },
    ...{ trainAccuracy: number(), trainCrossEntropy: number() },
  }),
  atBestValidation: nullable(record({ epoch: count, accuracy: number() })),
  parameters: record({ initial: count, final: count }),
  neurons: record({ initial: some(count), final: some(count) }),
  flop: record({ train: number(), tuning: number() }),
  seconds: record({ total: number(), cpu: maybe(number()) }),
  curves: record({
    ...{ trainAccuracy: some(number()), testAccuracy: some(number()), trainLoss: some(number()) },
    ...{ testLoss: some(number()), nnz: some(number()), hidden: some(number()) },
  }),
  removedAfter: nullable(some(record({ score: text(), order: text(), fractions: some(number()), accuracy: some(number()) }))),
};

const SPLIT = record({
  ...{ dataset: text(), sha256: text(), samples: count, testSet: nullable(count), features: count, classes: some(text()) },
  ...{ fixed: flag(), seed: number(), splits: some(record({ train: some(count), test: some(count) })) },
});

const EPOCH = record({ seconds: number(), evolution: nullable(number()), connections: count, hidden: count, share: number() });

const TIME = record({
  ...{ dataset: text(), round: count },
  measured: record({ version: text(), device, name: text(), processor: text(), threads: nullable(count), node: text() }),
  methods: some(record({ method: text(), first: EPOCH, last: nullable(EPOCH) })),
});

const CONFIG = record({
  ...{ version: text(), device, sha256: text() },
  suite: record({ name: text(), datasets: some(record({ read: record({}) })) }),
});

/** OUT/config.json. */
export interface StoredConfig {
  readonly version: string;
  readonly device: JobDevice;
  /** Over version, device and suite. */
  readonly sha256: string;
  readonly suite: SuiteConfig;
}

/** Throws a usage error "where: field ..." unless what was read has every field that reports use. */
export function checkResult(value: unknown, where: string): RunResult {
  checkFields(value, record(RESULT), where);
  const result = value as RunResult;
  checkKey(result, where);
  const { curves, removedAfter } = result;
  checkLengths(Object.values(curves), `${where}: curves`);
  removedAfter?.forEach(({ fractions, accuracy }, i) => {
    checkLengths([fractions, accuracy], `${where}: removedAfter[${i}]`);
  });
  return result;
}

/** As `checkResult`, of a run that failed. */
export function checkFailure(value: unknown, where: string): FailedRun {
  checkFields(value, record({ ...RUN, reason: text() }), where);
  checkKey(value as FailedRun, where);
  return value as FailedRun;
}

/** As `checkResult`, of a dataset's splits. */
export function checkSplits(value: unknown, where: string): SplitRecord {
  checkFields(value, SPLIT, where);
  return value as SplitRecord;
}

/** As `checkResult`, of a round of the sequential pass. */
export function checkTime(value: unknown, where: string): TimeRecord {
  checkFields(value, TIME, where);
  return value as TimeRecord;
}

/** As `checkResult`, of config.json. Its suite has to be one that `suiteConfig` makes: every choice is there, and none is wrong. */
export function checkStoredConfig(value: unknown, where: string): StoredConfig {
  checkFields(value, CONFIG, where);
  const { suite } = value as StoredConfig;
  const datasets = suite.datasets.map(optionsOf);
  const again = suiteConfig({ ...suite, datasets }, suite.name, `${where}: suite`);
  for (const key of Object.keys(again) as (keyof SuiteConfig)[])
    check(JSON.stringify(again[key]) === JSON.stringify(suite[key]), where, () => {
      return `suite.${key} is not as coppice experiment writes it (${shown(suite[key])}, expected ${shown(again[key])})`;
    });
  return value as StoredConfig;
}

/** The options of which `suiteConfig` makes this dataset. */
export function optionsOf({ read, ...dataset }: DatasetConfig): DatasetOptions {
  const given = Object.entries(dataset).filter(([, value]) => value !== null); // null: by the number of samples, or none
  return { ...read, ...Object.fromEntries(given) } as DatasetOptions;
}

function checkKey({ key, run }: FailedRun | RunResult, where: string): void {
  check(key === keyOf(run), where, () => `key: ${shown(key)} is not that of its run, ${shown(keyOf(run))}`);
}
