import type { EvolutionOptions, RemovalOptions } from "../../evolution/config.js";
import type { MethodName } from "../../methods/index.js";
import type { TrainOptions } from "../../train/options.js";
import type { RunKey } from "../run/records.js";

/** The studies, in the order they run: main first, as others take its learning rates. */
export const STUDIES = ["main", "wide", "budget", "removed", "ablation"] as const;
export type StudyName = (typeof STUDIES)[number];

/** One setting of a study: the training options that differ from the suite's. */
export interface Variant {
  readonly method: MethodName;
  /** Part of the key; "" where nothing differs. */
  readonly name: string;
  readonly train: TrainOptions;
}

/**
 * The variants that a study trains on a dataset.
 *
 * - main: every method as it is.
 * - wide: every method at 1000-1000-1000 and epsilon 20.
 * - budget: set and npset at epsilon 5, 10, 20, 50.
 * - removed: npset and static-np with 0, 25, 50, 75, 90 % of the hidden neurons removed (0: set and static).
 * - ablation: npset with one choice changed: score, budget, schedule, values and period of regrowth.
 */
export function variantsOf(study: StudyName, methods: readonly MethodName[], epochs: number): Variant[] {
  switch (study) {
    case "main":
      return methods.map((method) => ({ method, name: "", train: { method } }));
    case "wide":
      return methods.map((method) => ({
        ...{ method, name: "" },
        train: { method, epsilon: 20, ...(method !== "linear" && { hidden: [1000, 1000, 1000] }) },
      }));
    case "budget":
      return (["set", "npset"] as const).flatMap((method) =>
        [5, 10, 20, 50].map((epsilon) => ({ method, name: `epsilon=${epsilon}`, train: { method, epsilon } })),
      );
    case "removed":
      return (["npset", "static-np"] as const).flatMap((method) =>
        [0, 0.25, 0.5, 0.75, 0.9].map((amount) => removed(method, amount)),
      );
    case "ablation":
      return ablations(epochs);
  }
}

function removed(method: "npset" | "static-np", amount: number): Variant {
  const name = `removed=${amount}`;
  if (amount > 0) return { method, name, train: { method, evolution: { removal: { amount } } } };
  return { method, name, train: { method: method === "npset" ? "set" : "static" } };
}

/** With `percentile`, a fifth of the time from first to last removal lies between removals: this fraction of the living halves a layer in 5. */
const FIFTH = 1 - 0.5 ** (1 / 5);

function ablations(epochs: number): Variant[] {
  const method = "npset";
  const variant = (name: string, evolution: EvolutionOptions): Variant => ({ method, name, train: { method, evolution } });
  const removal = (name: string, change: Partial<RemovalOptions>) => variant(name, { removal: change });
  return [
    ...(["strength-in", "strength-out", "degree", "random"] as const).map((score) => removal(`score=${score}`, { score })),
    removal("budget=shrinking", { budget: "shrinking" }),
    removal("schedule=linear", { schedule: "linear" }),
    removal("schedule=percentile", { schedule: "percentile", amount: FIFTH, every: Math.max(1, Math.round(epochs / 10)) }),
    ...(["heUniform", "normal"] as const).map((regrowInit) => variant(`regrow=${regrowInit}`, { regrowInit })),
    ...[2, 5, 10].map((period) => variant(`period=${period}`, { period })),
  ];
}

/** Whether a study tunes by itself. The others take what main chose on the same dataset and split: see `ratesFrom`. */
export function tunesItself(study: StudyName): boolean {
  return study === "main" || study === "wide";
}

/** The run whose learning rate and decay a run takes, or null where it tunes itself. */
export function ratesFrom(run: RunKey): RunKey | null {
  return tunesItself(run.study as StudyName) ? null : { ...run, study: "main", variant: "" };
}
