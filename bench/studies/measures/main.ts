import { appendFileSync } from "node:fs";
import { createCpuDevice, digits, measure, split, train } from "../../../src/api/index.js";
import { rankCorrelation } from "../../../src/metrics/spearman.js";
import { readResults } from "../read-results.js";

const RESULTS = "bench/studies/measures/results.jsonl";

/** Training accuracy of a network that fits its samples: of others the gap says little. */
const FITTED = 0.99;

/** A network that is trained and measured. */
interface Unit {
  readonly method: "static" | "set" | "dense";
  readonly width: number;
  readonly lr: number;
  readonly batch: number;
}

const UNITS: readonly Unit[] = (["static", "set", "dense"] as const).flatMap((method) =>
  [40, 160].flatMap((width) => [0.005, 0.02].flatMap((lr) => [8, 32].map((batch) => ({ method, width, lr, batch })))),
);

type Result = Unit & {
  readonly gap: number;
  readonly trainAccuracy: number;
  readonly testAccuracy: number;
  readonly measures: Readonly<Record<string, number | null>>;
};

const keyOf = ({ method, width, lr, batch }: Unit) => [method, width, lr, batch].join();

/** Trains and measures the units that have no result, and begins none after so many minutes. */
export async function runMissing(minutes: number): Promise<void> {
  const end = Date.now() + 60_000 * minutes;
  const done = new Set(readResults<Result>(RESULTS).map(keyOf));
  const device = createCpuDevice({ threads: 1 });
  const { train: training, test } = split(await digits(), { test: 0.7, seed: 1 }); // few to train on, so that there is a gap
  for (const unit of UNITS.filter((one) => !done.has(keyOf(one)))) {
    if (Date.now() >= end) return;
    const { width, ...rest } = unit;
    const model = await train({ train: training, test }, { ...rest, hidden: [width, width], epsilon: 6, epochs: 60, device });
    const { trainAccuracy, testAccuracy } = model.history[model.history.length - 1];
    const saved = await model.save();
    await model.dispose();
    const { norms, margins, overMargin, sharpness, connections } = await measure(device, saved, training);
    const over = Object.fromEntries(Object.entries(overMargin ?? {}).map(([name, value]) => [`${name} over margin`, value]));
    const { layers: _, ...own } = norms;
    const measures = {
      ...own,
      ...over,
      margin: margins?.margin ?? null,
      "sharpness, 1e-3": sharpness[0].sharpness,
      "sharpness, 5e-4": sharpness[1].sharpness,
      connections,
    };
    const result = { ...unit, gap: (trainAccuracy ?? 0) - (testAccuracy ?? 0), trainAccuracy, testAccuracy, measures };
    appendFileSync(RESULTS, `${JSON.stringify(result)}\n`);
    console.log(keyOf(unit), result.gap.toFixed(4));
  }
}

/** A line for each measure: its rank correlation with the gap, and with the test error, over the networks that fit their samples and have it. */
export function correlations(): string[] {
  const results = readResults<Result>(RESULTS).filter(({ trainAccuracy }) => trainAccuracy >= FITTED);
  const names = [...new Set(results.flatMap(({ measures }) => Object.keys(measures)))];
  const rows = names.map((name) => {
    const having = results.filter(({ measures }) => typeof measures[name] === "number");
    const values = Float64Array.from(having, ({ measures }) => measures[name] as number);
    const of = (what: (result: Result) => number) => rankCorrelation(values, Float64Array.from(having, what)).toFixed(2);
    return `| ${name} | ${having.length} | ${of(({ gap }) => gap)} | ${of(({ testAccuracy }) => 1 - testAccuracy)} |`;
  });
  return ["| measure | networks | with the gap | with the test error |", "|---|--:|--:|--:|", ...rows];
}
