import { existsSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import type { Part } from "../../data/formats/read-options.js";
import { hashData } from "../../files/data-hash.js";
import { findData, readSource, readTestSource } from "../../files/datasets.js";
import { readJson } from "../../files/read.js";
import { readOptions } from "../../files/reading.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { readingFor, readingLike } from "../../tasks/reading.js";
import type { Task } from "../../tasks/task.js";
import { check, didYouMean } from "../../util/check.js";
import { suiteConfig } from "./check-config.js";
import type { DatasetConfig, SuiteConfig, SuiteOptions } from "./config.js";
import type { ReadData } from "./splits.js";
import { builtInSuite, SUITES } from "./suites/index.js";

/** A suite and the folder that its files are looked up in first: its own file's. */
export interface LoadedSuite {
  readonly suite: SuiteConfig;
  readonly base: string;
}

/** A built-in suite by name, or one of a JSON file. Throws one usage error where it is neither, or its settings are wrong. */
export function loadSuite(suite: string, pieces?: readonly OwnPiece[]): LoadedSuite {
  if (Object.hasOwn(SUITES, suite)) return { suite: builtInSuite(suite), base: "." };
  const names = Object.keys(SUITES);
  check(/\.json$/i.test(suite) || existsSync(suite), "experiment", () => {
    return `there is no suite "${suite}"; ${didYouMean(suite, names)}give ${names.join(", ")} or a JSON file`;
  });
  const base = dirname(suite);
  const options = readJson(suite) as SuiteOptions;
  const name = suite.replace(/^.*[\\/]/, "").replace(/\.json$/i, "");
  return { suite: suiteConfig(withLists(options, base), name, suite, pieces), base };
}

/** Fixed splits may be files of their own. */
function withLists(options: SuiteOptions, base: string): SuiteOptions {
  if (!Array.isArray(options?.datasets)) return options;
  const datasets = options.datasets.map((dataset) => {
    const fixed: unknown = typeof dataset === "object" ? dataset?.fixed : undefined;
    return typeof fixed === "string" ? { ...dataset, fixed: readJson(resolve(fixed, base)) } : dataset;
  });
  return { ...options, datasets };
}

/** A file beside the suite's, or what the words say as they are: a dataset's name, a path. */
function resolve(data: string, base: string): string {
  const parts = data.split(",").map((part) => join(base, part));
  return parts.every((part) => existsSync(part)) ? parts.join(",") : data;
}

/** Where a dataset's files are: looked up in `base` first, then as names in COPPICE_DATA's `folder`; none outside `within`, where that is given. */
export interface Places {
  readonly base: string;
  readonly folder: string | undefined;
  readonly within?: readonly string[];
}

/** Reads a dataset of a suite for a task. Throws a usage error that names the dataset or file. */
export async function readSuiteData(config: DatasetConfig, { base, folder, within }: Places, task: Task): Promise<ReadData> {
  const where = `dataset ${config.name}`;
  const { labels, id, ...said } = config.read;
  const allowed = <T extends readonly string[]>(files: T): T => {
    if (within) for (const file of files) checkWithin(file, within, where);
    return files;
  };
  const sourceOf = (data: string, option: string) => {
    const source = findData(resolve(data, base), folder, option);
    return { ...source, files: allowed(source.files) };
  };
  const labelsFile = labels === undefined ? undefined : allowed([resolve(labels, base)])[0];
  const options = readOptions({ ...said, id: id === null ? false : id, labels: labelsFile });
  const reading = { ...options, ...readingFor(task) };
  const read = await readSource(sourceOf(config.data, where), reading);
  const { featureNames, layout, beside = [] } = read;
  const unused = beside.filter((part) => part === "validation" || config.testData === null).map(unusedNote);
  const notes = [...(read.notes ?? []), ...unused];
  const whole = { ...read, name: config.name, ...(notes.length > 0 && { notes }) };
  const testSet =
    config.testData === null
      ? null
      : await readTestSource(sourceOf(config.testData, `${where}: testData`), {
          ...options,
          ...readingLike(task, whole),
          featureNames,
          layout,
          part: "test",
        });
  return { whole, testSet, sha256: hashData([whole, testSet]) };
}

const unusedNote = (part: Part): string =>
  `the file's own ${part} set is not used${part === "test" ? "; to test on it, name the file as testData, too" : ""}`;

/** Throws unless a file lies in one of the folders, links followed. */
function checkWithin(file: string, folders: readonly string[], where: string): void {
  const inside = existsSync(file) && folders.some((folder) => realpathSync(file).startsWith(`${folder}${sep}`));
  check(inside, where, () => `${file} is not in the folders of data; files elsewhere are not read for others`);
}
