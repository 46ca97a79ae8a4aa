import { randomBytes } from "node:crypto";
import {
  accessSync,
  appendFileSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fsyncSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { CoppiceError, check } from "../util/check.js";
import { addNote } from "./notes.js";

/** Throws a usage error unless `folder` is, or can be made, a folder that files can be written to. Nothing is created. */
export function checkWritableFolder(folder: string, where: string): void {
  let path = resolve(folder);
  while (!existsSync(path) && dirname(path) !== path) path = dirname(path);
  check(statSync(path).isDirectory(), where, () => `${path} is a file; a folder is needed for ${folder}`);
  try {
    accessSync(path, constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new CoppiceError(`${where}: ${path} cannot be written to (${(error as Error).message})`);
  }
}

/** Throws a usage error unless a file can be written at `path`. Nothing is created. */
export function checkWritableFile(path: string, where: string): void {
  check(!existsSync(path) || statSync(path).isFile(), where, () => `${path} is no file; give a file's name`);
  check(existsSync(dirname(path)), where, () => `there is no folder ${dirname(path)} for ${path}; make it first`);
  checkWritableFolder(dirname(path), where);
}

/** End of the names of files that are being written. */
const PARTIAL = ".part";

/** Paths of what killed processes were writing in a folder, of files of these names: it may be deleted. */
export function partialFiles(folder: string, names: readonly string[]): string[] {
  const own = (name: string) =>
    names.some((file) => name.startsWith(`${file}.`) && /^[0-9a-f]+\.part$/.test(name.slice(file.length + 1)));
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isFile() && own(entry.name)).map((entry) => join(folder, entry.name));
}

/** Makes the folder `name` in `folder`, and that one where it is not there. Throws where a link stands for it: files would be written elsewhere. */
export function makeFolderIn(folder: string, name: string): string {
  let path = folder;
  mkdirSync(path, { recursive: true });
  for (const part of name.split(/[\\/]/)) {
    path = join(path, part);
    const found = lstatSync(path, { throwIfNoEntry: false });
    check(!found?.isSymbolicLink(), path, () => "is a link, which may lead anywhere; move it away, or name another folder");
    if (!found) mkdirSync(path, { recursive: true });
  }
  return path;
}

/** Makes a new file. Where there is one of that name, or a link, it gets another with a number behind; returns the path. */
export function createNew(path: string, content: Uint8Array): string {
  for (let number = 0; ; number++) {
    const name = number === 0 ? path : `${path}.${number}`;
    try {
      writeFileSync(name, content, { flag: "wx" });
      return name;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST")
        throw new CoppiceError(`${name}: cannot be written (${(error as Error).message})`, "failure");
    }
  }
}

/**
 * Writes a file so that at any moment, a crash or a power cut included, there is either the old one or the whole new one: to a new temporary
 * file beside it, flushed to disk, then renamed, and the folder flushed. The new one has the old one's mode; a link is replaced, not followed. Content in parts is written part after part. With `keepAs` the old one,
 * which is there, gets that name first.
 */
export function writeAtomically(path: string, content: Iterable<Uint8Array> | Uint8Array | string, keepAs?: string): void {
  const temporary = `${path}.${randomBytes(8).toString("hex")}${PARTIAL}`;
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    const mode = before?.isFile() ? before.mode & 0o777 : undefined;
    const file = openSync(temporary, "wx", mode); // new, so that no link is followed
    try {
      if (mode !== undefined) fchmodSync(file, mode);
      for (const part of gather(bytes instanceof Uint8Array ? [bytes] : bytes)) writeWhole(file, part);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    if (keepAs !== undefined) renameSync(path, keepAs);
    renameSync(temporary, path);
    flushFolder(dirname(path));
  } catch (error) {
    removeIfPossible(temporary);
    throw new CoppiceError(`${path}: cannot be written (${(error as Error).message})`, "failure");
  }
}

/** Bytes that one call reads or writes at most: systems and Node take less than 2 GiB. */
export const MOST_A_CALL = 2 ** 30;
/** Parts are put together up to so many bytes: a file of many small ones takes few calls. */
const GATHERED = 2 ** 20;

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at, Math.min(bytes.length - at, MOST_A_CALL));
}

/** The same bytes in the same order, small parts put together. */
function* gather(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
  let small: Uint8Array[] = [];
  let bytes = 0;
  for (const part of parts) {
    if (bytes + part.length > GATHERED && bytes > 0) {
      yield Buffer.concat(small);
      [small, bytes] = [[], 0];
    }
    if (part.length > GATHERED) yield part;
    else {
      small.push(part);
      bytes += part.length;
    }
  }
  if (bytes > 0) yield Buffer.concat(small);
}

/** Appends to a file, which is made where there is none; a failure is told with the file's name. */
export function appendTo(path: string, content: string | Uint8Array): void {
  try {
    appendFileSync(path, content);
  } catch (error) {
    throw new CoppiceError(`${path}: cannot be written (${(error as Error).message})`, "failure");
  }
}

/** What a file system says that cannot flush a folder, or does not let this user: what was written is there all the same. */
const NO_FLUSH = ["EINVAL", "EPERM", "EACCES", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EISDIR", "EBADF"];

/** Flushes the names in a folder to disk: without it a rename may be undone by a power cut. Windows has no such call. */
function flushFolder(path: string): void {
  if (process.platform === "win32") return;
  try {
    const folder = openSync(path, "r");
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    const { code = "", message } = error as NodeJS.ErrnoException;
    if (!NO_FLUSH.includes(code)) throw error;
    addNote(`${path} cannot be flushed to disk (${message}): a power cut may undo what was written there last`);
  }
}

/** Where removing fails too, the first error is the one to tell; what is left is taken away when the run goes on. */
export function removeIfPossible(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}
