import { check } from "../util/check.js";
import { shown } from "../util/shown.js";
import type { Dataset } from "./dataset.js";
import { checkConcerns } from "./formats/concerns.js";
import { baseName, checkFile, type DataFile, type OpenFile, openFile } from "./formats/file.js";
import { checkCount, findFormat } from "./formats/find-format.js";
import type { Format } from "./formats/format.js";
import { FORMATS } from "./formats/index.js";
import { checkReadOptions, type ReadOptions } from "./formats/read-options.js";
import type { TablePreview } from "./formats/table/preview.js";
import { table } from "./formats/table/table.js";
import { type LabelsTold, tellLabels } from "./formats/table/tell-labels.js";

export type { DataFile, ReadOptions };

/**
 * Reads a dataset from one file (a browser's File too), or from several that belong together: samples and labels of IDX, or of .npy. The
 * content decides which of `formats` it is (what is packed by gzip is inflated first); tables are told by their name, svmlight by its own or by
 * its first line. Throws a usage error on any other format, naming those read, on options that do not concern it, and whatever its reader throws.
 */
export async function readDataset<Own extends object = object>(
  files: readonly (DataFile | File)[],
  options: ReadOptions & Own = {} as Own,
  formats: readonly Format<Own>[] = FORMATS,
): Promise<Dataset> {
  check(Array.isArray(files), "readDataset", () => `${shown(files)} is no list of files; give [file], or a pair`);
  files.forEach(checkFile);
  const { open, format, named } = await openFiles(files, options, formats);
  return format.read(open, named);
}

/**
 * Looks at a table (.csv, .tsv, gzipped too) as `readDataset` would with the same options: what it would take each column for, what is
 * missing, how many samples each class has. What only training would refuse is told in `problem`; a file that is no table throws.
 */
export async function previewTable<Own extends object = object>(
  bytes: Uint8Array | Blob,
  name: string,
  options: ReadOptions & Own = {} as Own,
  formats: readonly Format<Own>[] = FORMATS,
): Promise<TablePreview> {
  const preview = await lookAt({ name, bytes }, options, formats);
  check(preview !== null, name, () => "it holds sparse samples, which have no preview; read it with readDataset");
  return preview;
}

/** The preview of a file; null where it is no table, though others of its format are. Throws as `previewTable` does. */
export async function lookAt<Own extends object = object>(
  file: DataFile,
  options: ReadOptions & Own,
  formats: readonly Format<Own>[] = FORMATS,
): Promise<TablePreview | null> {
  checkFile(file);
  const { open, format, named } = await openFiles([file], options, formats);
  check(format.preview !== undefined, file.name, () => `${format.plural} have no preview; read it with readDataset`);
  return format.preview(open[0], named);
}

/**
 * Which of two files, if one is, holds the labels of the other's samples: a table beside a file that takes one, or of two tables the one that
 * `tellLabels` tells. Throws where two tables cannot be told apart.
 */
export async function labelsAmong(files: readonly [DataFile, DataFile], maxBytes?: number): Promise<LabelsTold | undefined> {
  const [first, second] = [await openFile(files[0], maxBytes), await openFile(files[1], maxBytes)];
  const found = [findFormat([first], FORMATS), findFormat([second], FORMATS)];
  const plain = found.map(({ name }) => name === table.name);
  if (plain[0] && plain[1]) return tellLabels([first, second]);
  const at = plain[0] ? 0 : 1;
  const other = found[1 - at];
  if (!plain[at] || !other.options.includes("labels") || other.several) return undefined;
  return { at, reason: `${files[1 - at].name} is one of ${other.plural}, beside which labels are a table` };
}

/** Whether a format claims a file by its content, or by the name that it has. */
export async function isClaimed(file: DataFile, maxBytes?: number): Promise<boolean> {
  const { head, name } = await openFile(file, maxBytes);
  return FORMATS.some((format) => format.claims(head, name) !== false);
}

/** Whether an option concerns the format that files are in. */
export async function takesOption(
  files: readonly DataFile[],
  option: keyof ReadOptions,
  { maxBytes }: ReadOptions,
): Promise<boolean> {
  const open = await Promise.all(files.map((file) => openFile(file, maxBytes)));
  return open.length > 0 && findFormat(open, FORMATS).options.includes(option);
}

/** Options that name columns of what is learnt, in the place of labels. */
export const TARGET_COLUMNS = ["target", "time", "event"] as const;

/** Throws where columns are named to be learnt, and samples are to be learnt themselves: these would silently lack them. */
function checkUnlabelled(options: ReadOptions, where: string): void {
  const named = TARGET_COLUMNS.find((key) => options.ignoreLabels === "named" && options[key] !== undefined);
  check(named === undefined, where, () => {
    return `option ${named} is of what is learnt, and task reconstruct learns the samples themselves; leave it out, or give option ignore, which leaves columns out`;
  });
}

/** Options whose time and event are the targets. */
function withTarget<O extends ReadOptions>(options: O, where: string): O {
  const { time, event } = options;
  if (time === undefined && event === undefined) return options;
  check(time !== undefined && event !== undefined, where, () => {
    return `option ${time === undefined ? "event" : "time"} is given alone; survival takes a time and an event: name both columns`;
  });
  check(options.target === undefined, where, () => "options time and event contradict option target: give one of them");
  return { ...options, time: undefined, event: undefined, target: [time, event] };
}

/** Opens files and finds their format. Throws on what is no option of it. */
async function openFiles<Own extends object>(
  files: readonly (DataFile | File)[],
  options: ReadOptions & Own,
  formats: readonly Format<Own>[],
): Promise<{ open: OpenFile[]; format: Format<Own>; named: ReadOptions & Own & { name: string } }> {
  checkReadOptions(options, Object.assign({}, ...formats.map(({ own }) => own)));
  checkCount(files.length, formats);
  const open = await Promise.all(files.map((file) => openFile(file, options.maxBytes)));
  const format = findFormat(open, formats);
  checkConcerns(options, format, formats, open[0].name);
  checkUnlabelled(options, open[0].name);
  return { open, format, named: { ...withTarget(options, open[0].name), name: options.name ?? baseName(open[0].name) } };
}
