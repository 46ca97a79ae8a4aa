import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { takeSamples } from "../../../src/api/data.js";
import { createCpuDevice, type Dataset, measure, readDataset, train } from "../../../src/api/index.js";
import { writeLines } from "../page-table.js";
import { readResults } from "../read-results.js";
import { runMissing as runUnits } from "../run-missing.js";
import { type Result, tableOf } from "./table.js";
import { optionsOf, TRIED, UNITS, type Unit } from "./units.js";

const PAGE = "docs/guide/generalise.md";
const RESULTS = "bench/studies/bounds/results.jsonl";

/** Trains the units without a line of results.jsonl, and their bounds, and begins none after so many minutes. */
export async function runMissing(minutes: number, folder: string): Promise<void> {
  const data = await readBinary(folder);
  await runUnits({ file: RESULTS, units: UNITS, keyOf, run: (unit) => resultOf(unit, data) }, minutes);
}

/** Puts the table of what is there between the marks of the page. */
export function writeTable(): void {
  writeLines(PAGE, "bounds", tableOf(readResults<Result>(RESULTS)));
}

const keyOf = ({ method, density, seed, epochs, steps, draws, halves, centre }: Unit) =>
  [method, density, seed, epochs, steps, draws, halves, centre].join();

/** MNIST's training and test samples, of two classes. */
export async function readBinary(folder: string): Promise<{ all: Dataset; test: Dataset }> {
  return { all: binary(await mnist(folder, "train")), test: binary(await mnist(folder, "t10k")) };
}

/** Trains a unit and its bound. */
export async function resultOf(unit: Unit, { all, test }: { readonly all: Dataset; readonly test: Dataset }) {
  const began = process.cpuUsage();
  const [trained, bounded] = unit.halves ? [part(all, 0, 27_500), part(all, 27_500, 55_000)] : [part(all, 0, 55_000)];
  const device = createCpuDevice({ threads: 1 });
  const model = await train({ train: trained, test }, { ...optionsOf(unit), device });
  const saved = await model.save();
  const { trainAccuracy, testAccuracy, nnz } = model.history[model.history.length - 1];
  await model.dispose();
  const { steps, draws, seed, centre: prior, halves: unseen = false } = unit;
  const asked = { bound: true, steps, seed, prior, unseen, tried: TRIED, boxes: [], draws };
  const { bound } = await measure(device, saved, bounded ?? trained, {
    ...asked,
    onProgress: (what, share) => console.log(`${what} ${(100 * share).toFixed(0)} %`),
  });
  await device.dispose();
  const { assumes: _, ...numbers } = bound as NonNullable<typeof bound>;
  const { user, system } = process.cpuUsage(began);
  return { trainAccuracy, testAccuracy, nnz, ...numbers, cpuSeconds: Math.round((user + system) / 1e6) };
}

/** The samples [from, to). */
const part = (data: Dataset, from: number, to: number) =>
  takeSamples(
    data,
    Uint32Array.from({ length: to - from }, (_, i) => from + i),
  ) as Dataset;

/** Digits 0 to 4 against 5 to 9. */
const binary = (data: Dataset): Dataset => ({
  ...data,
  y: data.y.map((label) => Number(Number(data.classes[label]) >= 5)),
  classes: ["0 to 4", "5 to 9"],
});

async function mnist(folder: string, name: string): Promise<Dataset> {
  const files = readdirSync(join(folder, "mnist")).filter((file) => file.startsWith(name));
  const bytes = files.map((file) => ({ name: file, bytes: readFileSync(join(folder, "mnist", file)) }));
  return readDataset(bytes, { name: "mnist" });
}
