import type { OwnPiece } from "../../methods/pieces.js";
import { flag, maybe, nullable, number, record, type Schema, text } from "../../options/schema.js";
import type { Task } from "../../tasks/task.js";
import { measureKey } from "../../train/measures.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { checkFields, checkLengths, count, some } from "../fields.js";
import { fieldsOf } from "../measures.js";
import { suiteConfig } from "../plan/check-config.js";
import type { DatasetConfig, DatasetOptions, SuiteConfig } from "../plan/config.js";
import { SPLITS, type SplitRecord } from "../plan/splits.js";
import { device, type JobDevice } from "../run/job.js";
import { FAILED, type FailedRun, keyOf, RUN_KEY, type RunResult } from "../run/records.js";
import { TIME, type TimeRecord } from "../times/time-records.js";
import { renewResult } from "./renew.js";

const rates = { lr: number(), decay: number() };
const outcomes = text(/^[01]+$/, 'a text of "0" and "1"');

const allOf = <S extends Schema<unknown>>(names: readonly string[], schema: S) =>
  Object.fromEntries(names.map((name) => [name, schema]));

/** The fields of a task's results that reports use. */
export const resultOf = (task: Task) => ({
  key: text(),
  run: RUN_KEY,
  version: text(),
  command: text(),
  seed: number(),
  floor: task.floor ? number() : nullable(number()),
  correct: task.right ? outcomes : nullable(outcomes),
  data: record({
    sha256: nullable(text()),
    samples: count,
    features: count,
    classes: some(text()),
    trainSamples: count,
    testSamples: count,
  }),
  options: record({ optimizer: maybe(record({ decay: maybe(number()) })) }),
  tuning: nullable(record({ ...rates, edge: flag(), trials: some(record({ lr: number(), loss: nullable(number()) })) })),
  final: record(
    allOf([...fieldsOf(task, ["train", "test"]), ...(task.measured ?? []).map(({ name }) => measureKey("test", name))], number()),
  ),
  atBestValidation: nullable(record({ epoch: count, ...allOf(fieldsOf(task, ["test"]), number()) })),
  parameters: record({ initial: count, final: count }),
  neurons: record({ initial: some(count), final: some(count) }),
  flop: record({ train: number(), tuning: number() }),
  seconds: record({ total: number(), cpu: maybe(number()) }),
  curves: record(allOf([...fieldsOf(task, ["train", "test"]), "nnz", "hidden"], some(number()))),
  removedAfter: nullable(some(record({ score: text(), order: text(), fractions: some(number()), values: some(number()) }))),
});

const CONFIG = record({
  version: text(),
  device,
  sha256: text(),
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

/** Throws a usage error "where: field ..." unless what was read has every field that reports use of a task's results. */
export function checkResult(task: Task, value: unknown, where: string): RunResult {
  const result = checkFields<RunResult>(renewResult(value), record(resultOf(task)), where);
  checkKey(result, where);
  const { curves, removedAfter } = result;
  checkLengths(Object.values(curves), `${where}: curves`);
  removedAfter?.forEach(({ fractions, values }, i) => {
    checkLengths([fractions, values], `${where}: removedAfter[${i}]`);
  });
  return result;
}

/** As `checkResult`, of a run that failed. */
export function checkFailure(value: unknown, where: string): FailedRun {
  const failed = checkFields<FailedRun>(value, FAILED, where);
  checkKey(failed, where);
  return failed;
}

/** As `checkResult`, of a dataset's splits. */
export const checkSplits = (value: unknown, where: string) => checkFields<SplitRecord>(value, SPLITS, where);

/** As `checkResult`, of a round of the sequential pass. */
export const checkTime = (value: unknown, where: string) => checkFields<TimeRecord>(value, TIME, where);

/**
 * As `checkResult`, of config.json, which may name `pieces`. Its suite has to be one that `suiteConfig` makes: every choice is there, and none is
 * wrong.
 */
export function checkStoredConfig(value: unknown, where: string, pieces?: readonly OwnPiece[]): StoredConfig {
  const stored = checkFields<StoredConfig>(value, CONFIG, where);
  const { suite } = stored;
  const datasets = suite.datasets.map(optionsOf);
  const again = suiteConfig({ ...suite, datasets }, suite.name, `${where}: suite`, pieces);
  for (const key of Object.keys(again) as (keyof SuiteConfig)[])
    check(JSON.stringify(again[key]) === JSON.stringify(suite[key]), where, () => {
      return `suite.${key} is not as coppice experiment writes it (${shown(suite[key])}, expected ${shown(again[key])})`;
    });
  return again.task ? { ...stored, suite: { ...suite, task: again.task } } : stored;
}

/** The options of which `suiteConfig` makes this dataset. */
export function optionsOf({ read, ...dataset }: DatasetConfig): DatasetOptions {
  const given = Object.entries(dataset).filter(([, value]) => value !== null); // null: by the number of samples, or none
  return { ...read, ...Object.fromEntries(given) } as DatasetOptions;
}

function checkKey({ key, run }: FailedRun | RunResult, where: string): void {
  check(key === keyOf(run), where, () => `key: ${shown(key)} is not that of its run, ${shown(keyOf(run))}`);
}
