import { createCpuDevice, type Device, train } from "../../../src/api/index.js";
import { readSuiteData } from "../../../src/experiment/plan/load.js";
import { validationFolds } from "../../../src/experiment/run/folds.js";
import { classification } from "../../../src/tasks/classification.js";
import { partsOf } from "../generalization-2/splits.js";
import { bySize } from "../generalization-2/study.js";
import { writeLines } from "../page-table.js";
import { readResults } from "../read-results.js";
import { runMissing as runUnits } from "../run-missing.js";
import { tableOf } from "./table.js";
import { ARMS, keyOf, type Result, STUDY, UNITS, type Unit } from "./units.js";

const RESULTS = "bench/studies/schedule/results.jsonl";
const PAGE = "bench/studies/schedule/README.md";

/** Trains the units without a line of results.jsonl on one thread, and begins none after so many minutes. */
export async function runMissing(minutes: number, folder: string): Promise<void> {
  const device = createCpuDevice({ threads: 1 });
  await runUnits({ file: RESULTS, units: UNITS, keyOf, run: (unit) => resultOf(unit, device, folder) }, minutes);
}

/** Puts the decisions by what is there between the marks of the page. */
export function writeTable(): void {
  writeLines(PAGE, "table", tableOf(readResults<Result>(RESULTS)));
}

/** Trains an arm on a part of a training part, and asks it of the rest. The test part is drawn and left alone. */
export async function resultOf(unit: Unit, device: Device, folder: string): Promise<Omit<Result, keyof Unit>> {
  const began = process.cpuUsage();
  const { datasets, hidden, epsilon, epochs, batch, validation, seed: first } = STUDY;
  const config = datasets.find(({ name }) => name === unit.dataset);
  if (!config) throw new Error(`${unit.dataset}: the study has no such dataset`);
  const { whole } = await readSuiteData(config, { base: ".", folder }, classification);
  const seed = first + unit.split;
  const parts = partsOf(whole, STUDY, seed);
  const [fold] = validationFolds(parts.train, 1, validation, seed, classification);
  const many = bySize(epochs, parts.train.samples + parts.test.samples);
  const model = await train(fold, {
    method: "set",
    hidden: [...hidden],
    epsilon,
    epochs: many,
    batch: bySize(batch, parts.train.samples),
    evolution: ARMS[unit.arm],
    seed,
    evaluateEvery: many,
    device,
    tune: "off",
  });
  await model.dispose();
  const { validationAccuracy, validationLoss } = model.history[model.history.length - 1];
  if (validationAccuracy === null || validationLoss === null) throw new Error(`${keyOf(unit)}: it was not evaluated`);
  const { user, system } = process.cpuUsage(began);
  return { validationAccuracy, validationLoss, evolutions: model.evolutions.length, seconds: (user + system) / 1e6 };
}
