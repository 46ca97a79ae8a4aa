import { appendFileSync, existsSync, readFileSync, truncateSync } from "node:fs";
import { readResults } from "./read-results.js";

/** What a study runs in parts: a result is a line of `file`, which a later call does not repeat. */
export interface Running<Unit, Result> {
  readonly file: string;
  /** In the order in which they are run. */
  readonly units: readonly Unit[];
  keyOf(unit: Unit): string;
  run(unit: Unit): Promise<Result>;
}

/** Runs the units without a line, one after another, and begins none after so many minutes: one that has begun is finished. */
export async function runMissing<Unit extends object, Result extends object>(
  { file, units, keyOf, run }: Running<Unit, Result>,
  minutes: number,
): Promise<void> {
  const end = Date.now() + 60_000 * minutes;
  cutUnfinished(file);
  const done = new Set(readResults<Unit>(file).map(keyOf));
  const missing = units.filter((unit) => !done.has(keyOf(unit)));
  for (const [i, unit] of missing.entries()) {
    if (Date.now() >= end) return console.log(`${missing.length - i} of ${units.length} units are left`);
    const line = JSON.stringify({ ...unit, ...(await run(unit)) });
    appendFileSync(file, `${line}\n`);
    console.log(line);
  }
}

/** Cuts off a last line that was not written to its end. */
export function cutUnfinished(file: string): void {
  if (existsSync(file)) truncateSync(file, readFileSync(file).lastIndexOf("\n") + 1);
}
