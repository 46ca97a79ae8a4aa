import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { Dataset } from "../data/dataset.js";
import { alignClasses } from "../data/dataset.js";
import { digits } from "../data/digits.js";
import { checkConcerns, type DataFile, type ReadOptions, readDataset } from "../data/readers/index.js";
import { CoppiceError, check, nearestName } from "../util/check.js";

/** Where a name or path leads: files to read, or the bundled digits. */
export interface Source {
  readonly name: string;
  /** One file, or an IDX pair; none for the bundled digits. */
  readonly files: readonly string[];
  /** A published test set that belongs to the data. */
  readonly test?: string;
}

const IMAGES = "images-idx3-ubyte";
const LABELS = "labels-idx1-ubyte";
const PARTS = { train: "train", test: "t10k" } as const; // as MNIST and Fashion-MNIST name their files

/** Finds what `data` means: a dataset's name, a file, or the two files "images,labels". `where` is the option, for messages. */
export function findData(data: string, folder: string | undefined, where: string): Source {
  const named = namedDatasets(folder);
  const source = named.get(data);
  if (source) return source;
  if (isFile(data)) return { name: stem(data), files: idxPair(data) };
  const parts = data.split(",");
  if (parts.length === 2 && parts.every(isFile)) return { name: stem(parts[0]), files: parts };
  check(!existsSync(data), where, () => `${data} is a folder; name a file in it`);
  const missing = parts.length === 2 ? parts.find((part) => !isFile(part)) : data;
  check(!/[./\\,]/.test(data), where, () => `there is no file ${missing}`);
  const near = nearestName(data, [...named.keys()]);
  const known = `known are ${[...named.keys()].join(", ")}`;
  const remedy = folder ? `in ${folder}` : "and files; set COPPICE_DATA to a folder of datasets to use them by name";
  throw new CoppiceError(`${where}: no dataset or file "${data}"; ${near ? `did you mean "${near}"? ` : ""}${known} ${remedy}`);
}

/** The bundled digits, NAME.mat in the folder and in its subfolders, and subfolders with MNIST's files (NAME, NAME-test). */
function namedDatasets(folder: string | undefined): Map<string, Source> {
  const sources = new Map<string, Source>([["digits", { name: "digits", files: [] }]]);
  if (!folder) return sources;
  check(existsSync(folder) && statSync(folder).isDirectory(), "COPPICE_DATA", () => `there is no folder ${folder}`);
  const subfolders = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  for (const directory of [folder, ...subfolders.map((entry) => join(folder, entry.name))]) {
    for (const file of readdirSync(directory)) {
      if (/\.mat$/i.test(file)) sources.set(stem(file), { name: stem(file), files: [join(directory, file)] });
    }
    const [train, test] = Object.values(PARTS).map((part) =>
      [`${part}-${IMAGES}`, `${part}-${LABELS}`].map((file) => findPacked(join(directory, file))),
    );
    if (!allFound(train)) continue;
    const name = basename(directory);
    const testName = allFound(test) ? `${name}-test` : undefined;
    sources.set(name, { name, files: train, test: testName });
    if (testName && allFound(test)) sources.set(testName, { name: testName, files: test });
  }
  return sources;
}

function allFound(paths: (string | undefined)[]): paths is string[] {
  return paths.every((path) => path !== undefined);
}

/** The path with or without .gz, whichever is there. */
function findPacked(path: string): string | undefined {
  const plain = path.replace(/\.gz$/, "");
  return [plain, `${plain}.gz`].find(isFile);
}

/** A file and, if its name is that of one of an IDX pair, the other, samples first. */
function idxPair(path: string): string[] {
  const name = basename(path);
  const partner = /images[-.]idx3/.test(name)
    ? name.replace("images", "labels").replace("idx3", "idx1")
    : name.replace("labels", "images").replace("idx1", "idx3");
  if (partner === name || !/(images[-.]idx3|labels[-.]idx1)/.test(name)) return [path];
  const other = findPacked(join(path, "..", partner));
  if (!other) return [path];
  return /labels/.test(name) ? [other, path] : [path, other];
}

function stem(path: string): string {
  return basename(path)
    .replace(/\.gz$/i, "")
    .replace(/\.[A-Za-z]\w*$/, "")
    .replace(/[-.](images|labels)[-.]idx\d(-u?byte)?$/, "");
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Reads a source; throws usage errors that name the file. */
export async function readSource({ name, files }: Source, options: ReadOptions): Promise<Dataset> {
  if (files.length > 0) return readDataset(files.map(readFile), { name, ...options });
  checkConcerns(options, "bundled", name);
  const dataset = await digits();
  return options.classes ? alignClasses(dataset, options.classes) : dataset;
}

/** A file's bytes; a usage error where it cannot be read. */
export function readFile(path: string): DataFile {
  try {
    return { name: path, bytes: readFileSync(path) };
  } catch (error) {
    throw new CoppiceError(`${path}: cannot be read (${(error as Error).message})`);
  }
}
