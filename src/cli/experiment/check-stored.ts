import { suiteConfig } from "../../experiment/check-config.js";
import type { SuiteConfig, SuiteOptions } from "../../experiment/config.js";
import { type FailedRun, keyOf, type RunResult } from "../../experiment/records.js";
import type { SplitRecord } from "../../experiment/splits.js";
import { METHODS } from "../../train/methods.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { JOB_DEVICES } from "./job.js";
import type { StoredConfig } from "./store.js";
import type { TimeRecord } from "./time-records.js";

/** What a field may hold, and how a message says it. */
const KINDS = {
  text: { fits: (value: unknown) => typeof value === "string", said: "a text" },
  number: { fits: Number.isFinite, said: "a finite number" },
  count: { fits: (value: unknown) => Number.isInteger(value) && Number(value) >= 0, said: "a whole number" },
  object: { fits: (value: unknown) => isObject(value), said: "an object of fields" },
  truth: { fits: (value: unknown) => typeof value === "boolean", said: "true or false" },
  outcomes: { fits: (value: unknown) => typeof value === "string" && /^[01]+$/.test(value), said: 'a text of "0" and "1"' },
  method: { fits: (value: unknown) => METHODS.some((method) => method === value), said: `one of ${METHODS.join(", ")}` },
  device: { fits: (value: unknown) => JOB_DEVICES.some((name) => name === value), said: `one of ${JOB_DEVICES.join(", ")}` },
} as const;

type Kind = keyof typeof KINDS;

/** Kinds by path: "a.b", "a[].b" of every item of a list (which has some), "a?.b" where a may be null, "a??.b" where it may be absent too. */
type Fields = Readonly<Record<string, Kind>>;

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
  const again = suiteConfig(optionsOf(suite), suite.name, `${where}: suite`);
  for (const key of Object.keys(again) as (keyof SuiteConfig)[])
    check(JSON.stringify(again[key]) === JSON.stringify(suite[key]), where, () => {
      return `suite.${key} is not as coppice experiment writes it (${shown(suite[key])}, expected ${shown(again[key])})`;
    });
  return value as StoredConfig;
}

/** The options of which `suiteConfig` makes this suite. */
function optionsOf(suite: SuiteConfig): SuiteOptions {
  const datasets = suite.datasets.map(({ read, ...dataset }) => {
    const given = Object.entries(dataset).filter(([, value]) => value !== null); // null: by the number of samples, or none
    return { ...read, ...Object.fromEntries(given) } as SuiteOptions["datasets"][number];
  });
  return { ...suite, datasets };
}

function checkKey({ key, run }: FailedRun | RunResult, where: string): void {
  check(key === keyOf(run), where, () => `key: ${shown(key)} is not that of its run, ${shown(keyOf(run))}`);
}

function checkLengths(lists: readonly (readonly number[])[], where: string): void {
  const lengths = lists.map(({ length }) => length);
  check(new Set(lengths).size === 1, where, () => `its lists have ${lengths.join(", ")} items, expected as many in each`);
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkFields(value: unknown, fields: Fields, where: string): void {
  for (const [path, kind] of Object.entries(fields)) checkField(value, path.split("."), kind, where, "");
  check(canBeWritten(value), where, () => "has lists or objects within each other too deeply to be written again");
}

/** JSON.parse takes any depth, JSON.stringify what the stack holds; fields that reports do not use are kept in archives too. */
function canBeWritten(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}

/** Checks the rest of a path below `value`, which is at `at`. */
function checkField(value: unknown, [part, ...rest]: readonly string[], kind: Kind, where: string, at: string): void {
  if (part === undefined) {
    check(KINDS[kind].fits(value), `${where}: ${at}`, () => `${shown(value)} is not ${KINDS[kind].said}`);
    return;
  }
  const place = at === "" ? where : `${where}: ${at}`;
  check(isObject(value), place, () => `${shown(value)} is not ${KINDS.object.said}`);
  const [, name, list, may] = /^(\w+)(\[\])?(\?{0,2})$/.exec(part) as RegExpExecArray;
  const inner: unknown = Object.hasOwn(value, name) ? value[name as keyof typeof value] : undefined;
  const path = at === "" ? name : `${at}.${name}`;
  if ((may !== "" && inner === null) || (may === "??" && inner === undefined)) return;
  if (!list) {
    checkField(inner, rest, kind, where, path);
    return;
  }
  check(Array.isArray(inner) && inner.length > 0, `${where}: ${path}`, () => `${shown(inner)} is not a list with items`);
  inner.forEach((item, i) => {
    checkField(item, rest, kind, where, `${path}[${i}]`);
  });
}
