import { createCpuDevice, type Device, digits, measure, type Split, split, train } from "../../../src/api/index.js";
import { rankCorrelation } from "../../../src/metrics/spearman.js";
import { readResults } from "../read-results.js";
import { runMissing as runUnits } from "../run-missing.js";

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
  const device = createCpuDevice({ threads: 1 });
  const parts = split(await digits(), { test: 0.7, seed: 1 }); // few to train on, so that there is a gap
  await runUnits({ file: RESULTS, units: UNITS, keyOf, run: (unit) => resultOf(unit, parts, device) }, minutes);
}

async function resultOf(
  { width, ...rest }: Unit,
  { train: training, test }: Split,
  device: Device,
): Promise<Omit<Result, keyof Unit>> {
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
  const [known, tested] = [trainAccuracy ?? 0, testAccuracy ?? 0];
  return { gap: known - tested, trainAccuracy: known, testAccuracy: tested, measures };
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
