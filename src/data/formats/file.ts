import { check, checkObject, checkText } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { inflate, inflateChunks, isGzip } from "./gunzip.js";
import { pieces, readPart } from "./pieces.js";

/** A file: the name only tells formats of text apart and appears in messages. */
export interface DataFile {
  readonly name: string;
  /**
   * Its content, in memory or as a Blob (a page's File, or Node's `fs.openAsBlob`): of a Blob, svmlight is read piece by piece, packed or not,
   * and its text never stands in memory as a whole. Other formats are taken into memory first.
   */
  readonly bytes: Uint8Array | Blob;
}

/** A file taken for plain, whether it is packed or not. */
export interface OpenFile {
  /** Its content as it was given, packed or not. */
  readonly source: Uint8Array | Blob;
  /** Without .gz where it is packed. */
  readonly name: string;
  /** Its first 4096 bytes, or all where there are fewer. */
  readonly head: Uint8Array;
  /** The content from its start, unpacked, a chunk at a time. */
  chunks(): AsyncIterable<Uint8Array>;
  /** The content, unpacked, in memory. */
  whole(): Promise<Uint8Array>;
}

const HEAD = 4096;
/** Bytes of a plain file that are read at once. */
const CHUNK = 2 ** 20;

/** Throws unless it is a file with its content: a browser's File, or a name with bytes. */
export function checkFile(file: DataFile | File): void {
  const where = "readDataset: file";
  checkObject(file, where, "file; give { name, bytes } or a File");
  checkText(file.name, `${where}: name`);
  const bytes: unknown = file instanceof Blob ? file : file.bytes;
  const fits = bytes instanceof Blob || (ArrayBuffer.isView(bytes) && bytes instanceof Uint8Array);
  check(fits, where, () => `the bytes of ${shown(file.name)} are ${shown(bytes)}, expected a Uint8Array or a Blob`);
}

/**
 * Opens a file and reads its first bytes. Throws, as `chunks` and `whole` do, when a Blob cannot be read, and when what is packed is damaged
 * or inflates to more than `maxBytes` (default 1 GiB).
 */
export async function openFile(file: DataFile | File, maxBytes?: number): Promise<OpenFile> {
  checkFile(file);
  const { name } = file;
  const bytes = file instanceof Blob ? file : file.bytes; // a File has a method of that name
  const head = await readPart(bytes, 0, HEAD, name);
  if (!isGzip(head))
    return {
      name,
      source: bytes,
      head,
      chunks: () => pieces(bytes, CHUNK, name),
      whole: () => readPart(bytes, 0, undefined, name),
    };
  return {
    name: name.replace(/\.gz$/i, ""),
    source: bytes,
    head: await inflate(bytes, "gzip", name, { maxBytes, atMost: HEAD }),
    chunks: () => inflateChunks(bytes, "gzip", name, maxBytes),
    whole: () => inflate(bytes, "gzip", name, { maxBytes }),
  };
}

/** A file's name, and its content in memory. */
export interface InMemory {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** Takes an opened file into memory. */
export async function inMemory(file: OpenFile): Promise<InMemory> {
  return { name: file.name, bytes: await file.whole() };
}

/** A name for what a file holds: "leukemia" of "data/leukemia.mat", "train" of "train-images-idx3-ubyte". */
export function baseName(path: string): string {
  const file = path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
  return file.replace(/\.[A-Za-z]\w*$/, "").replace(/[-.](images|labels)[-.]idx\d(-u?byte)?$/, "") || file;
}
