import { existsSync, readdirSync } from "node:fs";
import { basename, join } from "node:path";
import { alignClasses } from "../data/align.js";
import { CATALOGUE } from "../data/catalogue.js";
import type { Dataset } from "../data/dataset.js";
import { digits } from "../data/digits.js";
import { checkConcerns } from "../data/formats/concerns.js";
import { baseName } from "../data/formats/file.js";
import { FORMATS } from "../data/formats/index.js";
import { type ReadOptions, readDataset, takesOption } from "../data/read-dataset.js";
import { CoppiceError, check, didYouMean } from "../util/check.js";
import { addNote } from "./notes.js";
import { fileNameOf, isAddress, isFile, isFolder, openDataFile, subfolders } from "./read.js";

/** Where a name or path leads: files to read, or the bundled digits. */
export interface Source {
  readonly name: string;
  /** One file, or several that belong together; none for the bundled digits. */
  readonly files: readonly string[];
  /** A published test set that belongs to the data. */
  readonly test?: string;
}

const IMAGES = "images-idx3-ubyte";
const LABELS = "labels-idx1-ubyte";
const PARTS = { train: "train", test: "t10k" } as const; // as MNIST and Fashion-MNIST name their files

/** The folder of datasets that is used when COPPICE_DATA names no other, and looked in after that. */
export const DATA_FOLDER = "data";

/** The folders in which datasets are looked up by name, the first first; fetched ones go there too. */
export function dataFolders({ COPPICE_DATA }: Readonly<Record<string, string | undefined>>): string[] {
  return [...(COPPICE_DATA ? [COPPICE_DATA] : []), DATA_FOLDER];
}

/**
 * Finds what `data` means: a dataset's name, a file, or files that belong together: "images,labels". `folder` is COPPICE_DATA's, `where` the
 * option, for messages.
 */
export function findData(data: string, folder: string | undefined, where: string): Source {
  const named = namedDatasets(folder);
  const source = named.get(data);
  if (source) return source;
  if (isFile(data)) return { name: baseName(data), files: idxPair(data) };
  if (data === "-" || isAddress(data)) return { name: nameOf(data), files: [data] };
  const parts = data.split(",");
  if (parts.length > 1 && parts.every((part) => isFile(part) || part === "-" || isAddress(part)))
    return { name: nameOf(parts[0]), files: parts };
  const of10x = isFolder(data) ? filesOf10x(data) : undefined;
  if (of10x) return { name: basename(data), files: of10x };
  check(!existsSync(data), where, () => `${data} is a folder; name a file in it`);
  const missing = parts.length === 2 ? parts.find((part) => !isFile(part)) : data;
  check(!/[./\\,]/.test(data), where, () => `there is no file ${missing}`);
  const entry = CATALOGUE.find(({ name }) => data === name || data === `${name}-test`);
  const folders = folder ? `${folder} or ./${DATA_FOLDER}` : `./${DATA_FOLDER} (nor is COPPICE_DATA set)`;
  check(entry === undefined, where, () => `"${data}" is not in ${folders}; get it with: coppice datasets fetch ${entry?.name}`);
  const near = didYouMean(data, [...new Set([...named.keys(), ...CATALOGUE.map(({ name }) => name)])]);
  const known = `known are ${[...named.keys()].join(", ")}`;
  const others = "coppice datasets list tells which can be fetched";
  const remedy = `${folder ? `in ${folder}` : "and files; set COPPICE_DATA to a folder of datasets to use them by name"}; ${others}`;
  throw new CoppiceError(`${where}: no dataset or file "${data}"; ${near}${known} ${remedy}`);
}

/** What data of a path, an address or standard input are called. */
function nameOf(path: string): string {
  return path === "-" ? "stdin" : baseName(isAddress(path) ? fileNameOf(path) : path);
}

/** By name: the datasets of `folder` (COPPICE_DATA's), the bundled digits, and those of ./data, the first where names are equal. */
export function namedDatasets(folder: string | undefined): Map<string, Source> {
  check(!folder || isFolder(folder), "COPPICE_DATA", () => `there is no folder ${folder}`);
  const digits: Source = { name: "digits", files: [] };
  return new Map([
    ...(isFolder(DATA_FOLDER) ? datasetsIn(DATA_FOLDER) : []),
    [digits.name, digits],
    ...(folder ? datasetsIn(folder) : []),
  ]);
}

/** NAME.mat, .h5ad or .svmlight in the folder and in its subfolders, and subfolders with MNIST's files (NAME, NAME-test). */
function datasetsIn(folder: string): Map<string, Source> {
  const sources = new Map<string, Source>();
  for (const directory of [folder, ...subfolders(folder)]) {
    for (const file of filesIn(directory)) {
      if (/\.(mat|h5ad|svmlight)$/i.test(file))
        sources.set(baseName(file), { name: baseName(file), files: [join(directory, file)] });
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

/** The names in a folder; none, with a note, where it cannot be read: there are others. */
function filesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch (error) {
    addNote(`${directory} is passed over: it cannot be read (${(error as Error).message})`);
    return [];
  }
}

function allFound(paths: (string | undefined)[]): paths is string[] {
  return paths.every((path) => path !== undefined);
}

/** The path without or with .gz, whichever is there. */
export function findPacked(path: string): string | undefined {
  const plain = path.replace(/\.gz$/, "");
  return [plain, `${plain}.gz`].find(isFile);
}

/** The matrix of a folder of 10x Genomics, its barcodes and its features; undefined where it has no matrix.mtx. */
function filesOf10x(folder: string): string[] | undefined {
  const [matrix, ...others] = ["matrix.mtx", "barcodes.tsv", "features.tsv", "genes.tsv"].map((name) =>
    findPacked(join(folder, name)),
  );
  return matrix === undefined ? undefined : [matrix, ...others.filter((path) => path !== undefined)];
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

/** Reads a source; throws usage errors that name the file. */
export async function readSource({ name, files }: Source, options: ReadOptions): Promise<Dataset> {
  if (files.length > 0) return readDataset(await Promise.all(files.map(openDataFile)), { name, ...options });
  checkConcerns(options, { plural: "bundled data", options: [] }, FORMATS, name);
  const dataset = await digits();
  return options.classes ? alignClasses(dataset, options.classes) : dataset;
}

/** Reads a test set with the options of the other data; a workbook's sheet is left out, and told so, where the test set is no workbook. */
export async function readTestSource(source: Source, options: ReadOptions): Promise<Dataset> {
  const { sheet, ...others } = options;
  const files = await Promise.all(source.files.map(openDataFile));
  if (sheet === undefined || (await takesOption(files, "sheet", options))) return readSource(source, options);
  const dataset = await readSource(source, others);
  return { ...dataset, notes: [`${source.name} is no workbook: option sheet is left out`, ...(dataset.notes ?? [])] };
}
