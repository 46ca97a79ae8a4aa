import { CoppiceError, check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import type { Dataset } from "../dataset.js";
import type { MissingPolicy } from "../missing.js";
import { checkConcerns, checkReadOptions } from "./concerns.js";
import { type CsvOptions, readCsv } from "./csv.js";
import { checkFile, type DataFile, type OpenFile, openFile } from "./file.js";
import { isTableName, refuseForeign, refuseForeignText } from "./foreign.js";
import { isIdx, readIdxPair } from "./idx.js";
import type { TableLayout } from "./layout.js";
import { isMat, readMat } from "./mat.js";
import { holdsTestPart, isNumpy, readNumpy } from "./numpy.js";
import type { Part } from "./parts.js";
import { isSvmlight, readSvmlight } from "./svmlight.js";

export { checkConcerns, type DataFile };

/** A file's text in memory, unpacked. */
interface TextFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What a reader may be told. An option that does not concern the file's format is refused. */
export interface ReadOptions {
  /** The dataset's name; default: the file's without its extensions. */
  name?: string;
  /** Tables and MATLAB: whether samples are rows or columns; default auto: guessed, and said in the dataset's notes where they are columns. */
  orientation?: "auto" | "rows" | "columns";
  /** Tables: whether row 1 is a header; default: see `CsvOptions`. */
  header?: boolean;
  /** Tables: the label's column by name or 0-based index; default: the last. null, for any format: samples without labels. */
  label?: string | number | null;
  /** Labels may be there but are not read: the dataset has no classes. */
  ignoreLabels?: boolean;
  /** Tables: the column of sample IDs by name or 0-based index; null: none; default "auto": found where texts are all distinct. */
  id?: string | number | null;
  /** Tables: a second table, of labels (and groups) joined by ID; `label` names its column. */
  labels?: DataFile | File;
  /** Tables: the label file may have IDs that are no samples of this table. */
  extraLabels?: boolean;
  /** Tables: the column of groups by name or 0-based index; MATLAB: a variable; .npz: an array. Samples of one group stay together in splits. */
  group?: string | number;
  /** Tables: what to leave out unread: columns by name or 0-based index; see `CsvOptions`. */
  ignore?: readonly (string | number)[];
  /** What to do about missing values; default "error", which counts them. */
  missing?: MissingPolicy;
  /** Tables: take these features by name, in this order: a trained model's. */
  featureNames?: readonly string[];
  /** Tables: where a trained model's table had label, ID and what was left out: one without a header is read alike. */
  layout?: TableLayout;
  /** MATLAB and .npz: "test" takes x_test, y_test of a file that holds them beside x_train, y_train. Other files hold one set, which is read. */
  part?: Part;
  /** MATLAB: the variables with samples and labels; default "X" and "Y". .npz: the arrays; default X and y, and other usual names. */
  x?: string;
  y?: string;
  /** Map labels onto these classes, a trained model's, instead of the classes found in the file. */
  classes?: readonly string[];
  /** The most bytes a compressed stream may inflate to, and samples that are sparse in their file may take as they are kept (see `keepRows`); default 1 GiB. */
  maxBytes?: number;
}

const FORMATS =
  "MATLAB Level 5 (.mat), CSV or TSV (.csv, .tsv, .txt, .data), NumPy (.npz, .npy), svmlight (.svmlight, .libsvm, .svm) and a pair of IDX files, each also gzipped (.gz)";

/**
 * Reads a dataset from one file (a browser's File too), or from a pair of samples and labels (IDX, NumPy). The content decides: gzip by its magic (inflated first), then
 * MATLAB, NumPy and IDX by theirs; tables are told by their extension, svmlight by its own or by its first line. Throws a usage error on any other format, naming those read,
 * and whatever the format's own reader throws.
 */
export async function readDataset(files: readonly (DataFile | File)[], options: ReadOptions = {}): Promise<Dataset> {
  check(Array.isArray(files), "readDataset", () => `${shown(files)} is no list of files; give [file], or a pair`);
  files.forEach(checkFile);
  checkReadOptions(options);
  check(
    files.length === 1 || files.length === 2,
    "readDataset",
    () => `${files.length} files given; expected one, or a pair of IDX files`,
  );
  const open = await Promise.all(files.map((file) => openFile(file, options.maxBytes)));
  for (const file of open) refuseForeign(file.name, file.head);
  const name = options.name ?? baseName(open[0].name);
  if (open.some((file) => isIdx(file.head) || isIdxName(file.name))) {
    checkConcerns(options, "IDX", open[0].name);
    return readIdxPair(await Promise.all(open.map(inMemory)), { ...options, name });
  }
  if (open.some((file) => isNumpy(file.head))) {
    checkConcerns(options, "NumPy", open[0].name);
    return readNumpy(await Promise.all(open.map(inMemory)), { ...options, name });
  }
  check(
    open.length === 1,
    files.map((file) => file.name).join(" + "),
    () =>
      "two files are read only as an IDX pair or a NumPy pair, samples and labels; labels of a table in a file of their own are option labels",
  );
  const [file] = open;
  check(file.head.length > 0, file.name, () => "the file is empty");
  if (isMat(file.head) || /\.mat$/i.test(file.name)) {
    checkConcerns(options, "MATLAB", file.name);
    return readMat(await file.whole(), file.name, { ...options, name });
  }
  if (!isTableName(file.name) && isSvmlight(file.head, file.name)) {
    checkConcerns(options, "svmlight", file.name);
    return readSvmlight(file.blocks(), file.name, { ...options, name });
  }
  const table = await textTable(file, options);
  return readCsv(table.bytes, table.name, table.options);
}

/** Whether a file holds a test set beside the training set that `readDataset` reads from it: `part` "test" reads that. */
export async function holdsTest(files: readonly DataFile[], options: ReadOptions): Promise<boolean> {
  if (files.length !== 1) return false;
  const file = await openFile(files[0], options.maxBytes);
  refuseForeign(file.name, file.head);
  return isNumpy(file.head) && holdsTestPart(await file.whole(), file.name, options);
}

/** A table's text and what to tell `readCsv` of it, the label file unpacked. Throws where it is no table, or an option not for one. */
export async function textTable(file: OpenFile, options: ReadOptions): Promise<TextFile & { options: CsvOptions }> {
  check(file.head.length > 0, file.name, () => "the file is empty");
  const delimiter = textDelimiter(file);
  checkConcerns(options, "table", file.name);
  const labels = options.labels && (await openFile(options.labels, options.maxBytes));
  if (labels) textDelimiter(labels);
  const name = options.name ?? baseName(file.name);
  return { ...(await inMemory(file)), options: { ...options, name, labels: labels && (await inMemory(labels)), delimiter } };
}

async function inMemory(file: OpenFile): Promise<TextFile> {
  return { name: file.name, bytes: await file.whole() };
}

/** The tab of .tsv, undefined of other text. Throws when it is no table by name or content. */
function textDelimiter({ name, head }: OpenFile): string | undefined {
  refuseForeign(name, head);
  // one zero byte in a text is told where it is
  const text = !head.some((byte) => byte < 0x20 && byte !== 0 && byte !== 0x1b && (byte < 0x09 || byte > 0x0d));
  if (text) refuseForeignText(name, head);
  if (!isTableName(name) || !text) throw unknownFormat(name, head, text);
  return /\.(tsv|tab)$/i.test(name) ? "\t" : undefined;
}

function unknownFormat(name: string, bytes: Uint8Array, text: boolean): CoppiceError {
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new CoppiceError(
    `${name}: unknown format (it starts with bytes ${start}); read are ${FORMATS}${text ? "; a table of text goes by the name of .csv or .tsv" : ""}`,
  );
}

function isIdxName(name: string): boolean {
  return /[-.]idx\d(-u?byte)?$/i.test(name);
}

// "data/train-images-idx3-ubyte" -> "train", "leukemia.mat" -> "leukemia"
function baseName(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return file.replace(/\.[A-Za-z]\w*$/, "").replace(/[-.](images|labels)[-.]idx\d(-u?byte)?$/, "") || file;
}
