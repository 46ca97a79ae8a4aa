import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Dataset, readDataset, train } from "../../../src/api/index.js";
import { check } from "../../../src/util/check.js";
import { writeLines } from "../page-table.js";
import { readResults } from "../read-results.js";
import { cutUnfinished } from "../run-missing.js";
import { type Result, tableOf } from "./table.js";
import { optionsOf, UNITS, type Unit } from "./units.js";

const RESULTS = "bench/studies/published/results.jsonl";
const PAGE = "docs/published.md";

type Only = Readonly<Partial<Record<keyof Unit, string>>>;

/** Trains the units that have no result yet, of those that `only` leaves, and begins none after so many minutes. */
export async function runMissing(only: Only, minutes: number, folder: string | undefined): Promise<void> {
  const end = Date.now() + 60_000 * minutes;
  const wanted = Object.entries(only) as [keyof Unit, string][];
  const asked = UNITS.filter((unit) => wanted.every(([key, value]) => String(unit[key]) === value));
  check(asked.length > 0, "units", () => `none has ${wanted.map((pair) => pair.join(" ")).join(" and ")}; units.ts lists them`);
  const missing = missingOf(asked, resultsKept());
  check(folder !== undefined || missing.length === 0, "COPPICE_DATA", () => "is not set, to the folder that holds mnist/");
  const data = folder && missing.length > 0 ? { train: await mnist(folder, "train"), test: await mnist(folder, "t10k") } : null;
  for (const [i, unit] of missing.entries()) {
    if (!data || Date.now() >= end) return console.log(`${missing.length - i} of ${asked.length} units are left`);
    const model = await train(data, { ...optionsOf(unit), device: "cpu" });
    await model.dispose();
    const { testAccuracy, trainAccuracy, nnz, epoch } = model.history[model.history.length - 1];
    const seconds = Math.round(model.seconds.total);
    const evolutions = model.evolutions.length;
    appendFileSync(
      RESULTS,
      `${JSON.stringify({ ...unit, testAccuracy, trainAccuracy, nnz, epochs: epoch, evolutions, seconds })}\n`,
    );
    console.log(
      `${unit.row}, ${100 * unit.density} %, seed ${unit.seed}: ${(100 * (testAccuracy ?? 0)).toFixed(2)} % in ${seconds} s`,
    );
  }
}

/** The units without a result. */
export function missingOf(units: readonly Unit[], results: readonly Unit[]): Unit[] {
  const keyOf = ({ row, density, seed }: Unit) => [row, density, seed].join();
  const done = new Set(results.map(keyOf));
  return units.filter((unit) => !done.has(keyOf(unit)));
}

/** The results that are kept; a last line that was not written to its end is cut off. */
function resultsKept(): Result[] {
  cutUnfinished(RESULTS);
  return readResults<Result>(RESULTS);
}

async function mnist(folder: string, part: string): Promise<Dataset> {
  const files = readdirSync(join(folder, "mnist")).filter((file) => file.startsWith(part));
  const bytes = files.map((name) => ({ name, bytes: readFileSync(join(folder, "mnist", name)) }));
  return readDataset(bytes, { name: "mnist" });
}

/** Puts the table of what is there between the marks of the page. */
export function writeTable(): void {
  writeLines(PAGE, "table", tableOf(resultsKept()));
}
