import { suiteConfig } from "../../experiment/check-config.js";
import type { DatasetConfig, DatasetOptions, SuiteConfig } from "../../experiment/config.js";
import { type FailedRun, keyOf, type RunResult } from "../../experiment/records.js";
import type { SplitRecord } from "../../experiment/splits.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { checkFields, checkLengths, type Fields } from "./check-fields.js";
import type { StoredConfig } from "./store.js";
import type { TimeRecord } from "./time-records.js";

const RUN: Fields = {
  ...{ key: "text", "run.study": "text", "run.dataset": "text", "run.method": "method", "run.variant": "text" },
  "run.split": "count",
};

const RESULT: Fields = {
  ...RUN,
  ...{ version: "text", command: "text", seed: "number", majority: "number", correct: "outcomes" },
  ...{ "data.sha256?": "text", "data.samples": "count", "data.features": "count", "data.classes[]": "text" },
  ...{ "data.trainSamples": "count", "data.testSamples": "count" },
  ...{ "options.optimizer??.decay??": "number" },
  ...{ "tuning?.lr": "number", "tuning?.decay": "number", "tuning?.edge": "truth" },
  ...{ "tuning?.trials[].lr": "number", "tuning?.trials[].loss?": "number" },
  ...{ "final.accuracy": "number", "final.balancedAccuracy": "number", "final.crossEntropy": "number" },
  ...{ "final.trainAccuracy": "number", "final.trainCrossEntropy": "number" },
  ...{ "atBestValidation?.epoch": "count", "atBestValidation?.accuracy": "number" },
  ...{ "parameters.initial": "count", "parameters.final": "count", "neurons.initial[]": "count", "neurons.final[]": "count" },
  ...{ "flop.train": "number", "flop.tuning": "number", "seconds.total": "number", "seconds.cpu??": "number" },
  ...{ "curves.trainAccuracy[]": "number", "curves.testAccuracy[]": "number", "curves.trainLoss[]": "number" },
  ...{ "curves.testLoss[]": "number", "curves.nnz[]": "number", "curves.hidden[]": "number" },
  ...{ "removedAfter[]?.score": "text", "removedAfter[]?.order": "text" },
  ...{ "removedAfter[]?.fractions[]": "number", "removedAfter[]?.accuracy[]": "number" },
};

const SPLIT: Fields = {
  ...{ dataset: "text", sha256: "text", samples: "count", "testSet?": "count", features: "count", "classes[]": "text" },
  ...{ fixed: "truth", seed: "number", "splits[].train[]": "count", "splits[].test[]": "count" },
};

const epochFields = (path: string): Fields => ({
  ...{ [`${path}.seconds`]: "number", [`${path}.evolution?`]: "number", [`${path}.connections`]: "count" },
  ...{ [`${path}.hidden`]: "count", [`${path}.share`]: "number" },
});

const TIME: Fields = {
  ...{ dataset: "text", round: "count", "measured.version": "text", "measured.device": "device", "measured.name": "text" },
  ...{ "measured.processor": "text", "measured.threads?": "count", "measured.node": "text", "methods[].method": "text" },
  ...epochFields("methods[].first"),
  ...epochFields("methods[].last?"),
};

/** Throws a usage error "where: field ..." unless what was read has every field that reports use. */
export function checkResult(value: unknown, where: string): RunResult {
  checkFields(value, RESULT, where);
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
  checkFields(value, { ...RUN, reason: "text" }, where);
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
  checkFields(
    value,
    { version: "text", device: "device", sha256: "text", "suite.name": "text", "suite.datasets[].read": "object" },
    where,
  );
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
