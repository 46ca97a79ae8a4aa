import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { writeAtomically } from "../files/write.js";
import { CHECKED, decodeEntries, type EntryFormat, encodeEntries, TUNING, type TuningStore } from "../tune/entries.js";
import { CoppiceError } from "../util/check.js";

/** The file that remembers tuning: $XDG_CACHE_HOME/coppice/tuning.json, else ~/.cache/coppice/tuning.json (%LOCALAPPDATA% on Windows). */
export function tuningPath(env: Readonly<Record<string, string | undefined>>): string {
  const local = process.platform === "win32" ? env.LOCALAPPDATA : undefined;
  return join(env.XDG_CACHE_HOME || local || join(homedir(), ".cache"), "coppice", "tuning.json");
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
