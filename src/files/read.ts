import { accessSync, constants, existsSync, openAsBlob, readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import type { DataFile } from "../data/read-dataset.js";
import { CoppiceError } from "../util/check.js";

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
  const { bytes } = readFile(path);
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    throw new CoppiceError(`${path}: is not JSON (${(error as Error).message})`);
  }
}

/** A file whose bytes are read when they are asked for; a usage error where it cannot be opened. */
export async function openDataFile(path: string): Promise<DataFile> {
  try {
    accessSync(path, constants.R_OK); // a Blob would not tell why it cannot be read
    return { name: path, bytes: await openAsBlob(path) };
  } catch (error) {
    throw unreadable(path, error);
  }
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
