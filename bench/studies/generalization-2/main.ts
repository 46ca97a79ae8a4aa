import { hasPrefix } from "../../../src/experiment/plan/planned-runs.js";
import { reasonOf } from "../../../src/experiment/run/job.js";
import { duration } from "../../../src/report/format.js";
import { check } from "../../../src/util/check.js";
import { forecaster, planText } from "./forecast.js";
import { perform } from "./perform.js";
import { type Answer, keyOf, type Unit, type UnitResult } from "./records.js";
import { writeStudy } from "./report.js";
import { runUnits, type Slot } from "./run.js";
import { openStore, readStored } from "./store.js";
import { STUDY } from "./study.js";
import { unitsOf } from "./units.js";

/** What the command was given. */
export interface Request {
  /** The folder that keeps results, and gets the report. */
  readonly to: string;
  /** The archive of the first edition, by whose times the units are forecast. */
  readonly first: string;
  readonly minutes?: number;
  /** Prefixes of keys. */
  readonly only?: readonly string[];
  readonly retry?: boolean;
  readonly dryRun?: boolean;
}

/** Runs what the folder lacks on slots, in parts: the same request goes on. Without a slot, or with `dryRun`, it says what there is to do. */
export async function run(
  { to, first, minutes = Infinity, only, retry, dryRun }: Request,
  slots: readonly Slot[],
): Promise<void> {
  const secondsOf = forecaster(STUDY, first);
  const all = unitsOf(STUDY, secondsOf);
  for (const prefix of only ?? [])
    check(
      all.some((unit) => hasPrefix(keyOf(unit), prefix)),
      `--only ${prefix}`,
      () => "the study has no such unit; give DATASET/SPLIT/ARM or its beginning",
    );
  const { results, failed } = readStored(to);
  const todo = all.filter((unit) => {
    const key = keyOf(unit);
    return (!only || only.some((prefix) => hasPrefix(key, prefix))) && !results.has(key) && (retry || !failed.has(key));
  });
  console.log(
    `to run, ${Math.max(1, slots.length)} at a time, by what the first edition took:\n${planText(todo, secondsOf, Math.max(1, slots.length))}`,
  );
  if (dryRun) return;
  const start = performance.now();
  let ended = 0;
  const left = await runUnits({
    units: todo,
    slots,
    store: openStore(to),
    isOver: () => performance.now() - start > minutes * 60_000,
    onEnd: (unit, reason) =>
      console.log(
        `${++ended} of ${todo.length}: ${keyOf(unit)} ${reason ? `failed: ${reason}` : "done"}, ${duration((performance.now() - start) / 1000)}`,
      ),
  });
  console.log(left.length > 0 ? `${left.length} units are left; the same command goes on` : "all is done");
}

/** Writes the report of what a folder keeps to it. */
export function report(to: string): void {
  console.log(`${writeStudy(STUDY, readStored(to), to).length} files are in ${to}`);
}

/** Runs one unit after another for the process that started this one, and ends with it. */
export function serve(folder: string | undefined): Promise<void> {
  process.on("message", async ({ unit, needed }: { unit: Unit; needed?: Answer }) => {
    try {
      process.send?.({ result: await perform(STUDY, unit, needed, folder) } satisfies Reply);
    } catch (error) {
      process.send?.({ reason: reasonOf(error) } satisfies Reply);
    }
  });
  return new Promise((resolve) => process.once("disconnect", resolve)).then(() => process.exit());
}

type Reply = { readonly result: UnitResult } | { readonly reason: string };
