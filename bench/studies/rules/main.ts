import { writeFileSync } from "node:fs";
import { createCpuDevice, type Dataset, type Device, digits, split, train } from "../../../src/api/index.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import { drawLines, svgFile } from "../../../src/report/charts/index.js";
import { percent } from "../../../src/util/percent.js";
import { writeLines } from "../page-table.js";
import { readResults } from "../read-results.js";
import { runMissing as runUnits } from "../run-missing.js";
import { DENSITIES, keyOf, optionsOf, type Result, RULES, UNITS, type Unit } from "./units.js";

const RESULTS = "bench/studies/rules/results.jsonl";
const PAGE = "docs/guide/rules.md";
const PICTURE = "docs/rules.svg";

/** Trains the units without a line of results.jsonl on one thread, and begins none after so many minutes. */
export async function runMissing(minutes: number): Promise<void> {
  const device = createCpuDevice({ threads: 1 });
  const whole = await digits();
  await runUnits({ file: RESULTS, units: UNITS, keyOf, run: (unit) => resultOf(unit, device, whole) }, minutes);
}

/** Trains a unit, and asks it of its validation part. The test part is drawn and left alone. */
async function resultOf(unit: Unit, device: Device, whole: Dataset): Promise<Omit<Result, keyof Unit>> {
  const { train: training, validation } = split(whole, { test: 1 / 3, validation: 0.25, seed: unit.seed });
  const model = await train({ train: training, validation }, { ...optionsOf(unit), device, tune: "off" });
  await model.dispose();
  const { validationAccuracy, explored = null, nnz } = model.history[model.history.length - 1];
  return { validationAccuracy: validationAccuracy as number, explored, nnz };
}

/** Draws accuracy over density, and writes a table of accuracy and of what was explored, both of what is there. */
export function writePicture(): void {
  const results = readResults<Result>(RESULTS);
  const of = (rule: string, density: number) => results.filter((one) => one.rule === rule && one.density === density);
  const accuracies = (rule: string) => DENSITIES.map((density) => of(rule, density).map((one) => one.validationAccuracy));
  const drawing = drawLines({
    title: "Validation accuracy on digits by density",
    x: DENSITIES,
    xLabel: "connections, share of all possible",
    yLabel: "validation accuracy",
    series: Object.keys(RULES).map((name, i) => ({
      name,
      tone: i + 1,
      dashed: i === 0,
      values: accuracies(name).map((some) => (some.length > 0 ? meanOf(some) : null)),
    })),
    format: (value) => percent(value, 0),
    xFormat: (value) => percent(value, 0),
    log: { x: true },
  });
  if (!drawing) throw new Error(`${RESULTS}: there is no result; run node bench/studies/rules/main.mjs`);
  writeFileSync(PICTURE, svgFile(drawing));
  const cells = (rule: string, value: (one: Result) => number | null) =>
    DENSITIES.map((density) => said(of(rule, density).map(value)));
  writeLines(PAGE, "rules", [
    `| \`--grow\` | ${DENSITIES.map((density) => percent(density, 0)).join(" | ")} | explored, at ${DENSITIES.map((density) => percent(density, 0)).join(", ")} |`,
    `|---|${DENSITIES.map(() => "--:|").join("")}--:|`,
    ...Object.keys(RULES).map((rule) => {
      const explored = rule === "static" ? "" : cells(rule, (one) => one.explored).join(", ");
      return `| ${[rule === "static" ? "none: `static`" : `\`${rule}\``, ...cells(rule, (one) => one.validationAccuracy), explored].join(" | ")} |`;
    }),
  ]);
}

/** A mean in %. */
const said = (values: readonly (number | null)[]) =>
  values.length === 0 || values.includes(null) ? "" : (100 * meanOf(values as number[])).toFixed(1);
