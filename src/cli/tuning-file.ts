import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { writeAtomically } from "../files/write.js";
import { CHECKED, decodeEntries, type EntryFormat, encodeEntries, TUNING, type TuningStore } from "../tune/entries.js";
import { CoppiceError } from "../util/check.js";
import { cacheFolder } from "./cache-folder.js";

/** The file that remembers tuning, in the cache folder. */
export function tuningPath(env: Readonly<Record<string, string | undefined>>): string {
  return join(cacheFolder(env), "tuning.json");
}

/** Remembers tuning in a file, and which kernels were found right in checked.json beside it: each is there as long as it has entries. */
export function fileTuning(path: string): TuningStore {
  return { ...entriesIn(path, TUNING), checks: entriesIn(join(dirname(path), "checked.json"), CHECKED) };
}

function entriesIn<T>(path: string, format: EntryFormat<T>) {
  return {
    load() {
      const text = read(path);
      return text === undefined ? [] : decodeEntries(format, text, path, "clear it with: coppice tune clear");
    },
    save(entries: readonly T[]) {
      if (entries.length === 0) return rmSync(path, { force: true });
      try {
        mkdirSync(dirname(path), { recursive: true });
      } catch (error) {
        throw new CoppiceError(`${path}: cannot be written (${(error as Error).message})`, "failure");
      }
      writeAtomically(path, encodeEntries(format, entries));
    },
  };
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw new CoppiceError(`${path}: cannot be read (${(error as Error).message})`, "failure");
  }
}
