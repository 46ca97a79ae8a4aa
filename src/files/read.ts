import { accessSync, constants, existsSync, openAsBlob, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
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
