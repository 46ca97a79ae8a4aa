import { READING } from "../../data/options.js";
import { stepOf } from "../../data/prepare/index.js";
import { TARGET_COLUMNS } from "../../data/read-dataset.js";
import { type MethodName, methodOf } from "../../methods/index.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { LEARNT } from "../../nn/options.js";
import { schemasOf, settle } from "../../options/option.js";
import { withPieces } from "../../options/piece.js";
import { anything, integer, list, nullable, oneOf, problemOf, read, record, text } from "../../options/schema.js";
import { type TaskName, taskOf } from "../../tasks/index.js";
import { needsLabels } from "../../tasks/reading.js";
import { check, checkKeys, checkOneOf, isRecord } from "../../util/check.js";
import { cut, shown } from "../../util/shown.js";
import type {
  DatasetConfig,
  DatasetOptions,
  FixedSplit,
  ReadingConfig,
  StudyOptions,
  SuiteConfig,
  SuiteOptions,
} from "./config.js";
import { SIZES, SUITE } from "./options.js";
import { STUDY_NAMES, type StudyName } from "./studies.js";

/**
 * Fills in a suite's defaults and checks every value; `name` is for a suite that has none; `pieces` are own ones that it may name. `where` begins messages: the file. Throws one
 * usage error, which names the nearest of a misspelt key, method, study or dataset.
 */
export function suiteConfig(options: SuiteOptions, name: string, where = "suite", pieces: readonly OwnPiece[] = []): SuiteConfig {
  check(isRecord(options), where, () => "is no JSON object of settings");
  checkKeys<SuiteOptions>(options, { ...SUITE, ...SIZES, name, datasets: true, studies: true }, `${where}: key`);
  read(list(anything(), { least: 1, takes: 'a list; give e.g. ["digits"]' }), options.datasets, `${where}: datasets`);
  const datasets = options.datasets.map((dataset) => datasetConfig(dataset, options, where));
  const names = datasets.map((dataset) => dataset.name);
  checkDistinct(names, `${where}: datasets`);
  const settings = settle(SUITE, withPieces(SUITE, options, pieces), {}, where);
  const { seed, methods, lrs, decays, validation, folds, removeAfter, classWeight, metric, prepare } = settings;
  for (const step of prepare ?? []) stepOf(step, `${where}: prepare`);
  const task = taskFor(datasets, options.task, where) ?? settings.task;
  if (!needsLabels(taskOf(task))) checkUnlabelled(datasets, methods, where);
  for (const key of ["methods", "lrs", "decays"] as const) checkDistinct(settings[key], `${where}: ${key}`);
  check(folds * validation < 1, `${where}: folds`, () => {
    return `${folds} folds of ${validation} of the samples each leave nothing to train on; take fewer or smaller ones`;
  });
  for (const dataset of removeAfter) checkOneOf(dataset, names, `${where}: removeAfter`);
  const suite = options.name ?? name;
  read(NAME, suite, `${where}: name`);
  return {
    name: suite,
    ...(task !== LEARNT.task.fallback && { task }),
    ...(prepare && { prepare }),
    ...(classWeight !== "none" && { classWeight }),
    ...(metric !== "loss" && { metric }),
    seed,
    datasets,
    methods,
    lrs,
    decays,
    validation,
    folds,
    removeAfter,
    studies: studyList(options.studies ?? ["main"], names, where),
  };
}

/** Settings of a dataset that are of one task. */
const TASK_OF = { time: "survival", labelSeparator: "multi-label" } as const;

/** The task that settings of datasets say; undefined where none does, or one is given. Throws where they contradict it or one another. */
function taskFor(datasets: readonly DatasetConfig[], given: SuiteOptions["task"], where: string): TaskName | undefined {
  const keys = ["time", "labelSeparator"] as const;
  const said = datasets.flatMap(({ name, read }) =>
    keys.filter((key) => read[key] !== undefined).map((key) => ({ name, key, task: TASK_OF[key] })),
  );
  const task = given ?? said[0]?.task;
  const other = task === "reconstruct" || typeof task === "object" ? undefined : said.find((one) => one.task !== task);
  check(other === undefined, `${where}: ${other?.name}: ${other?.key}`, () => {
    return `is of task ${other?.task}, and the task is ${task}; leave one of them out`;
  });
  return given === undefined ? said[0]?.task : undefined;
}

/** Throws where a suite that learns the samples themselves names columns to learn, or a method without a hidden layer. */
function checkUnlabelled(datasets: readonly DatasetConfig[], methods: readonly MethodName[], where: string): void {
  for (const { name, read } of datasets) {
    const named = TARGET_COLUMNS.find((key) => read[key] !== undefined);
    check(named === undefined, `${where}: ${name}: ${named}`, () => {
      return "is of what is learnt, and task reconstruct learns the samples themselves; leave it out";
    });
  }
  const flat = methods.find((method) => !methodOf(method).layout.hidden);
  check(flat === undefined, `${where}: methods`, () => {
    return `${flat} has no hidden layer, so it would only learn to hand the inputs on; leave it out of task reconstruct`;
  });
}

/** Names are parts of keys and of files' names. */
const NAME = text(/^[\w][\w.+-]*$/, 'a name; take letters, digits, "_", "-", "." and "+"');

function studyList(
  studies: readonly (StudyName | StudyOptions)[],
  names: readonly string[],
  where: string,
): SuiteConfig["studies"] {
  read(list(anything(), { least: 1, takes: `a list of some of ${STUDY_NAMES.join(", ")}` }), studies, `${where}: studies`);
  const chosen = studies.map((study) => {
    const { name, datasets = names } = typeof study === "string" ? { name: study } : (study ?? {});
    if (typeof study !== "string") checkKeys(study, { name: true, datasets: true }, `${where}: key of a study`);
    checkOneOf(name, STUDY_NAMES, `${where}: studies`);
    read(
      list(oneOf(names), { least: 1, takes: "a list; leave it out for all" }),
      datasets,
      `${where}: datasets of study ${name}`,
    );
    return { name, datasets };
  });
  checkDistinct(
    chosen.map(({ name }) => name),
    `${where}: studies`,
  );
  // what other studies depend on comes first
  return chosen.sort((a, b) => STUDY_NAMES.indexOf(a.name) - STUDY_NAMES.indexOf(b.name));
}

function checkDistinct(values: readonly (string | number)[], where: string): void {
  const twice = values.find((value, i) => values.indexOf(value) !== i);
  check(twice === undefined, where, () => `${cut(String(twice))} is listed twice`);
}

const READ = { ...schemasOf(READING), id: nullable(READING.id.schema) };
const DATASET_KEYS: Record<keyof DatasetOptions, unknown> = {
  ...READ,
  ...SIZES,
  name: NAME,
  data: true,
  testData: true,
  fixed: true,
};

/** Fills in a dataset's settings from the suite's; throws usage errors that begin with `where`. */
function datasetConfig(given: string | DatasetOptions, suite: SuiteOptions, where: string): DatasetConfig {
  const options: DatasetOptions = typeof given === "string" ? { data: given } : given;
  check(isRecord(options), where, () => `datasets: ${shown(given)} is neither a name nor an object`);
  checkKeys(options, DATASET_KEYS, `${where}: key of a dataset`);
  check(typeof options.data === "string" && options.data !== "", where, () => "a dataset lacks data, its name or file");
  const name = options.name ?? stem(options.data);
  read(NAME, name, `${where}: name of dataset ${cut(options.data)}`);
  const of = `${where}: ${name}`;
  const { testData = null, fixed = null } = options;
  read(nullable(text()), testData, `${of}: testData`);
  check(testData === null || fixed !== null, `${of}: testData`, () => "needs a fixed split, e.g. drawn: [5000, 1000]");
  if (fixed !== null) checkFixed(fixed, `${of}: fixed`);
  const sizes = Object.keys(SIZES).map((key) => [
    key,
    options[key as keyof typeof SIZES] ?? suite[key as keyof typeof SIZES] ?? undefined,
  ]);
  return {
    name,
    data: options.data,
    testData,
    fixed,
    read: readingOf(options, of),
    ...settle(SIZES, Object.fromEntries(sizes), {}, of),
  };
}

function readingOf(options: DatasetOptions, of: string): ReadingConfig {
  const given = Object.entries(options).filter(([key]) => Object.hasOwn(READ, key));
  for (const [key, value] of given) {
    const problem = problemOf(READ[key as keyof typeof READ], value);
    check(problem === undefined, `${of}: ${key}`, () => {
      return `${shown(value)} is not what this option takes; see coppice train --help`;
    });
  }
  return Object.fromEntries(given);
}

const indices = list(integer({ min: 0 }), { least: 1 });
const FIXED = [
  record({ first: integer({ min: 0 }) }),
  record({ drawn: list(integer({ min: 0 }), { length: 2 }) }),
  record({ train: indices, test: indices }),
];

function checkFixed(fixed: FixedSplit, where: string): void {
  const keys = isRecord(fixed) ? Object.keys(fixed).sort().join() : "";
  const form = FIXED[["first", "drawn", "test,train"].indexOf(keys)];
  check(form !== undefined && problemOf(form, fixed) === undefined, where, () => {
    return 'give indices, {"train": [0, ...], "test": [...]}, or {"first": 7291}, or {"drawn": [5000, 1000]}';
  });
}

function stem(path: string): string {
  const file = path.split(",")[0].replace(/^.*[\\/]/, "");
  return file.replace(/\.gz$/i, "").replace(/\.[A-Za-z]\w*$/, "");
}
