import { MISSING } from "../data/missing.js";
import { ORIENTATIONS } from "../data/readers/orientation.js";
import { METHODS } from "../train/methods.js";
import { check, checkInteger, checkKeys, checkNumber, checkOneOf } from "../util/check.js";
import { cut, shown } from "../util/shown.js";
import {
  type DatasetConfig,
  type DatasetOptions,
  DEFAULTS,
  type FixedSplit,
  type ReadingConfig,
  type StudyOptions,
  type SuiteConfig,
  type SuiteOptions,
} from "./config.js";
import { STUDIES, type StudyName } from "./studies.js";

const SUITE_KEYS: Record<keyof SuiteOptions, true> = {
  ...{ name: true, seed: true, datasets: true, methods: true, studies: true, hidden: true, epsilon: true, epochs: true },
  ...{ batch: true, splits: true, test: true, lrs: true, decays: true, validation: true, folds: true, removeAfter: true },
};

/**
 * Fills in a suite's defaults and checks every value; `name` is for a suite that has none. `where` begins messages: the file. Throws one
 * usage error, which names the nearest of a misspelt key, method, study or dataset.
 */
export function suiteConfig(options: SuiteOptions, name: string, where = "suite"): SuiteConfig {
  check(isObject(options), where, () => "is no JSON object of settings");
  checkKeys(options, SUITE_KEYS, `${where}: key`);
  const { seed = DEFAULTS.seed, lrs = DEFAULTS.lrs, decays = DEFAULTS.decays, methods = METHODS } = options;
  checkList(options.datasets, `${where}: datasets`, 'give e.g. ["digits"]');
  const datasets = options.datasets.map((dataset) => datasetConfig(dataset, options, where));
  const names = datasets.map((dataset) => dataset.name);
  checkDistinct(names, `${where}: datasets`);
  checkInteger(seed, `${where}: seed`, 0, 2 ** 31);
  checkList(methods, `${where}: methods`, `give some of ${METHODS.join(", ")}`);
  for (const method of methods) checkOneOf(method, METHODS, `${where}: methods`);
  checkDistinct(methods, `${where}: methods`);
  for (const [key, values] of Object.entries({ lrs, decays })) {
    checkList(values, `${where}: ${key}`, "give numbers");
    for (const value of values) checkNumber(value, `${where}: ${key}`, 0);
    checkDistinct(values, `${where}: ${key}`);
  }
  const { validation = DEFAULTS.validation, folds = DEFAULTS.folds, removeAfter = [] } = options;
  checkNumber(validation, `${where}: validation`, 0, 1, true);
  checkInteger(folds, `${where}: folds`, 1, 100);
  check(folds * validation < 1, `${where}: folds`, () => {
    return `${folds} folds of ${validation} of the samples each leave nothing to train on; take fewer or smaller ones`;
  });
  check(
    Array.isArray(removeAfter),
    `${where}: removeAfter`,
    () => `${shown(removeAfter)} is no list; name datasets of the suite`,
  );
  for (const dataset of removeAfter) checkOneOf(dataset, names, `${where}: removeAfter`);
  const suite = options.name ?? name;
  checkName(suite, `${where}: name`);
  return {
    ...{ name: suite, seed, datasets, methods, lrs, decays, validation, folds, removeAfter },
    studies: studyList(options.studies ?? ["main"], names, where),
  };
}

function studyList(
  studies: readonly (StudyName | StudyOptions)[],
  names: readonly string[],
  where: string,
): SuiteConfig["studies"] {
  checkList(studies, `${where}: studies`, `give some of ${STUDIES.join(", ")}`);
  const list = studies.map((study) => {
    check(
      typeof study === "string" || isObject(study),
      `${where}: studies`,
      () => `${shown(study)} is neither a name nor an object`,
    );
    const { name, datasets = names } = typeof study === "string" ? { name: study } : study;
    if (typeof study !== "string") checkKeys(study, { name: true, datasets: true }, `${where}: key of a study`);
    checkOneOf(name, STUDIES, `${where}: studies`);
    checkList(datasets, `${where}: datasets of study ${name}`, "leave it out for all");
    for (const dataset of datasets) checkOneOf(dataset, names, `${where}: datasets of study ${name}`);
    return { name, datasets };
  });
  checkDistinct(
    list.map(({ name }) => name),
    `${where}: studies`,
  );
  // what other studies depend on comes first
  return list.sort((a, b) => STUDIES.indexOf(a.name) - STUDIES.indexOf(b.name));
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function checkList(values: unknown, where: string, remedy: string): asserts values is readonly unknown[] {
  check(
    Array.isArray(values) && values.length > 0,
    where,
    () => `${values === undefined ? "nothing" : shown(values)} is no list; ${remedy}`,
  );
}

function checkDistinct(values: readonly (string | number)[], where: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  check(twice === undefined, where, () => `${cut(String(twice))} is listed twice`);
}

/** Names are parts of keys and of files' names. */
function checkName(name: unknown, where: string): asserts name is string {
  const fits = typeof name === "string" && /^[\w][\w.+-]*$/.test(name);
  check(fits, where, () => `${shown(name)} is no name; take letters, digits, "_", "-", "." and "+"`);
}

const isText = (value: unknown) => typeof value === "string";
const isColumn = (value: unknown) => isText(value) || (Number.isInteger(value) && Number(value) >= 0);

/** How a file is read, and what each choice may be. */
const READING: Record<keyof ReadingConfig, (value: unknown) => boolean> = {
  ...{ label: isColumn, group: isColumn, labels: isText, x: isText, y: isText },
  id: (value) => value === null || isColumn(value),
  ignore: (value) => Array.isArray(value) && value.every(isColumn),
  maxBytes: (value) => Number.isSafeInteger(value) && Number(value) > 0,
  header: (value) => typeof value === "boolean",
  orientation: (value) => ORIENTATIONS.some((orientation) => orientation === value),
  missing: (value) => MISSING.some((policy) => policy === value),
};

const DATASET_KEYS: Record<keyof DatasetOptions, true> = {
  ...{ label: true, header: true, orientation: true, id: true, labels: true, group: true, ignore: true, missing: true },
  ...{ x: true, y: true, maxBytes: true },
  ...{ name: true, data: true, testData: true, fixed: true, hidden: true, epsilon: true, epochs: true },
  ...{ batch: true, splits: true, test: true },
};

/** Fills in a dataset's settings from the suite's; throws usage errors that begin with `where`. */
function datasetConfig(given: string | DatasetOptions, suite: SuiteOptions, where: string): DatasetConfig {
  const options: DatasetOptions = typeof given === "string" ? { data: given } : given;
  check(isObject(options), where, () => `datasets: ${shown(given)} is neither a name nor an object`);
  checkKeys(options, DATASET_KEYS, `${where}: key of a dataset`);
  check(typeof options.data === "string" && options.data !== "", where, () => "a dataset lacks data, its name or file");
  const name = options.name ?? stem(options.data);
  checkName(name, `${where}: name of dataset ${cut(options.data)}`);
  const of = `${where}: ${name}`;
  const pick = <K extends "hidden" | "epsilon" | "epochs" | "batch" | "splits" | "test">(key: K) => options[key] ?? suite[key];
  const { testData = null, fixed = null } = options;
  const config: DatasetConfig = {
    ...{ name, data: options.data, testData, fixed },
    read: readingOf(options, of),
    splits: pick("splits") ?? DEFAULTS.splits,
    test: pick("test") ?? DEFAULTS.test,
    hidden: pick("hidden") ?? DEFAULTS.hidden,
    epsilon: pick("epsilon") ?? DEFAULTS.epsilon,
    epochs: pick("epochs") ?? null,
    batch: pick("batch") ?? null,
  };
  check(
    Array.isArray(config.hidden) && config.hidden.length > 0,
    `${of}: hidden`,
    () => "is no list of widths; give e.g. [500, 500]",
  );
  for (const width of config.hidden) checkInteger(width, `${of}: hidden`, 1, 2 ** 31);
  checkNumber(config.epsilon, `${of}: epsilon`, 0, Infinity, true);
  checkInteger(config.splits, `${of}: splits`, 1, 1000);
  checkNumber(config.test, `${of}: test`, 0, 1, true);
  if (config.epochs !== null) checkInteger(config.epochs, `${of}: epochs`, 2, 10_000_000);
  if (config.batch !== null) checkInteger(config.batch, `${of}: batch`, 1, 4096);
  check(testData === null || isText(testData), `${of}: testData`, () => `${shown(testData)} is no name or file`);
  check(testData === null || fixed !== null, `${of}: testData`, () => "needs a fixed split, e.g. drawn: [5000, 1000]");
  if (fixed !== null) checkFixed(fixed, `${of}: fixed`);
  return config;
}

function readingOf(options: DatasetOptions, of: string): ReadingConfig {
  const given = Object.entries(options).filter(([key]) => Object.hasOwn(READING, key));
  for (const [key, value] of given) {
    const fits = READING[key as keyof ReadingConfig];
    check(fits(value), `${of}: ${key}`, () => `${shown(value)} is not what this option takes; see coppice train --help`);
  }
  return Object.fromEntries(given);
}

function checkFixed(fixed: FixedSplit, where: string): void {
  const whole = (value: unknown) => Number.isInteger(value) && Number(value) >= 0;
  const list = (value: unknown) => Array.isArray(value) && value.length > 0 && value.every(whole);
  const fits = (value: FixedSplit) => {
    if ("first" in value) return whole(value.first);
    if ("drawn" in value) return list(value.drawn) && value.drawn.length === 2;
    return list(value.train) && list(value.test);
  };
  const keys = isObject(fixed) ? Object.keys(fixed).sort().join() : "";
  check(
    ["first", "drawn", "test,train"].includes(keys) && fits(fixed),
    where,
    () => 'give indices, {"train": [0, ...], "test": [...]}, or {"first": 7291}, or {"drawn": [5000, 1000]}',
  );
}

function stem(path: string): string {
  const file = path.split(",")[0].replace(/^.*[\\/]/, "");
  return file.replace(/\.gz$/i, "").replace(/\.[A-Za-z]\w*$/, "");
}
