import { CoppiceError, check } from "../../util/check.js";
import type { Dataset } from "../dataset.js";
import { readCsv } from "./csv.js";
import { inflate, isGzip } from "./gunzip.js";
import { isIdx, readIdxPair } from "./idx.js";
import { isMat, readMat } from "./mat.js";

/** A file in memory: the name only tells formats of text apart and appears in messages. */
export interface DataFile {
  name: string;
  bytes: Uint8Array;
}

/** What a reader may be told; each format takes what concerns it. */
export interface ReadOptions {
  /** The dataset's name; default: the file's without its extensions. */
  name?: string;
  /** CSV: whether row 1 is a header; default: see `CsvOptions`. */
  header?: boolean;
  /** CSV: the label's column by name or 0-based index; default: the last. null, for any format: samples without labels. */
  label?: string | number | null;
  /** Labels may be there but are not read: the dataset has no classes. */
  ignoreLabels?: boolean;
  /** MATLAB: the variables with samples and labels; default "X" and "Y". */
  x?: string;
  y?: string;
  /** Map labels onto these classes, a trained model's, instead of the classes found in the file. */
  classes?: readonly string[];
  /** The most bytes a compressed stream may inflate to; default 1 GiB. */
  maxBytes?: number;
}

const FORMATS = "MATLAB Level 5 (.mat), CSV or TSV (.csv, .tsv, .txt, .data), and a pair of IDX files, each also gzipped (.gz)";
const TEXT_EXTENSION = /\.(csv|tsv|tab|txt|data)$/i;

/**
 * Reads a dataset from one file, or from the two of an IDX pair. The content decides: gzip by its magic (inflated first), then
 * MATLAB and IDX by theirs; only text is told by its extension. Throws a usage error on any other format, naming those read,
 * and whatever the format's own reader throws.
 */
export async function readDataset(files: DataFile[], options: ReadOptions = {}): Promise<Dataset> {
  check(
    files.length === 1 || files.length === 2,
    "readDataset",
    () => `${files.length} files given; expected one, or a pair of IDX files`,
  );
  const plain = await Promise.all(files.map((file) => unpack(file, options.maxBytes)));
  const name = options.name ?? baseName(plain[0].name);
  if (plain.some((file) => isIdx(file.bytes) || isIdxName(file.name))) return readIdxPair(plain, { ...options, name });
  check(
    plain.length === 1,
    files.map((file) => file.name).join(" + "),
    () => "two files are read only as an IDX pair, samples and labels",
  );
  const [{ name: fileName, bytes }] = plain;
  check(bytes.length > 0, fileName, () => "the file is empty");
  if (isMat(bytes) || /\.mat$/i.test(fileName)) return readMat(bytes, fileName, { ...options, name });
  if (!TEXT_EXTENSION.test(fileName) || bytes.subarray(0, 4096).includes(0)) throw unknownFormat(fileName, bytes);
  const delimiter = /\.(tsv|tab)$/i.test(fileName) ? "\t" : undefined;
  return readCsv(bytes, fileName, { ...options, name, ...(delimiter && { delimiter }) });
}

async function unpack({ name, bytes }: DataFile, maxBytes?: number): Promise<DataFile> {
  if (!isGzip(bytes)) return { name, bytes };
  return { name: name.replace(/\.gz$/i, ""), bytes: await inflate(bytes, "gzip", name, { maxBytes }) };
}

function unknownFormat(name: string, bytes: Uint8Array): CoppiceError {
  const start = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, "0")).join(" ");
  return new CoppiceError(`${name}: unknown format (it starts with bytes ${start}); read are ${FORMATS}`);
}

function isIdxName(name: string): boolean {
  return /[-.]idx\d(-u?byte)?$/i.test(name);
}

// "data/train-images-idx3-ubyte" -> "train", "leukemia.mat" -> "leukemia"
function baseName(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return file.replace(/\.[A-Za-z]\w*$/, "").replace(/[-.](images|labels)[-.]idx\d(-u?byte)?$/, "") || file;
}
