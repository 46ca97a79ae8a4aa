import { accessSync, constants, existsSync, openAsBlob, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { DataFile } from "../data/read-dataset.js";
import { CoppiceError } from "../util/check.js";
import { parseJson } from "../util/parse-json.js";

/** Whether there is a folder, at the end of links. */
export function isFolder(path: string): boolean {
  return existsSync(path) && statSync(path).isDirectory();
}

/** Whether there is a file, at the end of links. */
export function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}

/** Whether a path leads to a folder or into it, links followed. */
export function isWithin(folder: string, path: string): boolean {
  const real = (name: string): string =>
    existsSync(name) || dirname(name) === name ? realpathSync(name) : join(real(dirname(name)), basename(name));
  const way = relative(real(resolve(folder)), real(resolve(path)));
  return !isAbsolute(way) && way.split(sep)[0] !== "..";
}

/** The folders in a folder. */
export function subfolders(folder: string): string[] {
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

/** What a JSON file holds; a usage error that names it where it cannot be read or is no JSON. */
export function readJson(path: string): unknown {
  return parseJson(new TextDecoder().decode(readFile(path).bytes), path);
}

/** Whether a path is an address to be fetched from. */
export function isAddress(path: string): boolean {
  return /^[a-z][a-z\d+.-]+:\/\//i.test(path);
}

/** The name of the file that an address leads to: the last step of its path. */
export function fileNameOf(address: string): string {
  const step = new URL(address).pathname.split("/").filter(Boolean).at(-1) ?? "data";
  try {
    return (
      decodeURIComponent(step)
        .replace(/[^\w.() -]+/g, "_")
        .replace(/^\.+/, "") || "data"
    );
  } catch {
    return step.replace(/[^\w.-]+/g, "_"); // a % that stands for nothing
  }
}

/** What standard input (-) and addresses gave, by how the command line calls them. */
const received = new Map<string, DataFile>();

/** Keeps what was received under a name, which stands for its path from now on. */
export function keepReceived(path: string, file: DataFile): void {
  received.set(path, file);
}

/** The file that stands for standard input or an address; undefined for paths. A usage error where it was not received. */
function receivedFile(path: string): DataFile | undefined {
  const file = received.get(path);
  if (!file && (path === "-" || isAddress(path)))
    throw new CoppiceError(`${path}: is not fetched here; save it, and name the file`);
  return file;
}

/** A file whose bytes are read when they are asked for; a usage error where it cannot be opened. */
export async function openDataFile(path: string): Promise<DataFile> {
  const file = receivedFile(path);
  if (file) return file;
  try {
    accessSync(path, constants.R_OK); // a Blob would not tell why it cannot be read
    return { name: path, bytes: await openAsBlob(path) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A file of labels, as `openDataFile` opens it, with its bytes. */
export function readDataFile(path: string): DataFile {
  return receivedFile(path) ?? readFile(path);
}

/** A file's bytes; a usage error where it cannot be read. */
export function readFile(path: string): { readonly name: string; readonly bytes: Uint8Array } {
  try {
    return { name: path, bytes: readFileSync(path) };
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** The usage error of a file that cannot be read. */
export function unreadable(path: string, error: unknown): CoppiceError {
  return new CoppiceError(`${path}: cannot be read (${(error as Error).message})`);
}
