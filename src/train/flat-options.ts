import { EVOLUTION, REMOVAL } from "../evolution/options.js";
import { ADDED, LEARNT, NETWORK, OPTIMIZER, SEED } from "../nn/options.js";
import type { Flat, Option, Options } from "../options/option.js";
import { ENSEMBLE } from "./ensemble.js";
import type { TrainOptions } from "./options.js";
import { BESIDE, LAYOUT, QUANTILES, TRAINING } from "./options.js";
import { RATE } from "./schedules.js";

/** Options that stand together: under a heading of the help, and at a place within `TrainOptions`. */
interface Group {
  readonly heading: string;
  readonly at: readonly string[];
  readonly options: Options;
}

/** Every option of training. */
export const GROUPS: readonly Group[] = [
  { heading: "Network options", at: [], options: { ...LAYOUT, ...NETWORK, ...ADDED, ...LEARNT, ...QUANTILES } },
  { heading: "Evolution options", at: ["evolution"], options: EVOLUTION },
  { heading: "Neuron removal options (npset, static-np)", at: ["evolution", "removal"], options: REMOVAL },
  { heading: "Training options", at: [], options: TRAINING },
  { heading: "Training options", at: ["optimizer"], options: OPTIMIZER },
  { heading: "Training options", at: ["lr"], options: RATE },
  { heading: "Training options", at: [], options: { ...ENSEMBLE, ...SEED, ...BESIDE } },
];

/** The values of training options by their flat names: those that were given, nothing else. JSON. */
export interface TrainValues
  extends Flat<
      typeof LAYOUT & typeof NETWORK & typeof ADDED & typeof LEARNT & typeof EVOLUTION & typeof REMOVAL & typeof TRAINING
    >,
    Flat<typeof OPTIMIZER & typeof ENSEMBLE & typeof SEED & typeof BESIDE & typeof QUANTILES>,
    Flat<typeof RATE> {}

/** An option by its flat name, and its place: "evolution.removal.amount" of `remove`. */
export interface FlatOption extends Omit<Option, "name"> {
  readonly name: string;
  readonly path: readonly string[];
  readonly heading: string;
}

/** Every option of training by its flat name. */
export const FLAT: readonly FlatOption[] = GROUPS.flatMap(({ heading, at, options }) =>
  Object.entries(options).map(([key, option]) => ({ ...option, name: option.name ?? key, path: [...at, key], heading })),
);

/** The library's options of flat values, which may have others among them. */
export function trainOptionsOf(values: TrainValues): TrainOptions {
  const options: Record<string, unknown> = {};
  for (const { name, path } of FLAT) {
    const value = values[name as keyof TrainValues];
    if (value === undefined) continue;
    let inner = options;
    for (const key of path.slice(0, -1)) {
      inner[key] ??= {};
      inner = inner[key] as Record<string, unknown>;
    }
    inner[path[path.length - 1]] = value;
  }
  return options;
}
