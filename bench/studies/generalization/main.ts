import { commandOf, readResults, writeArchive } from "../../../src/experiment/store/archive.js";
import { writeStudy } from "./report.js";

/** Reads results from a folder and writes the study of them, with the archive, to another or the same. Returns what to say. */
export function main({ results, to }: { readonly results: string; readonly to: string }): string {
  const stored = readResults(results);
  const { config, failed, splits, times } = stored;
  const input = { results: stored.results, failed, splits, times, config: config.suite, command: commandOf(stored) };
  const written = [...writeStudy(input, to), ...writeArchive(stored, to)];
  return `${written.length} files of ${stored.results.length} runs are in ${to}`;
}
