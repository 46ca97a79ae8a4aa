import type { EvolutionOptions, RemovalOptions } from "../../evolution/config.js";
import { type MethodName, methodOf } from "../../methods/index.js";
import { capital } from "../../report/format.js";
import type { TrainOptions } from "../../train/options.js";
import type { RunKey } from "../run/records.js";

/** One setting of a study: the training options that differ from the suite's. */
export interface Variant {
  readonly method: MethodName;
  /** Part of the key; "" where nothing differs. */
  readonly name: string;
  readonly train: TrainOptions;
}

/** What a suite can ask beside its main question. */
export interface Study {
  /** What it trains on a dataset, of the suite's methods and the dataset's epochs. */
  readonly variants: (methods: readonly MethodName[], epochs: number) => readonly Variant[];
  /** Whether its runs tune by themselves; else they take what main chose on the same dataset and split. */
  readonly tunes: boolean;
  /** Its heading in the report, and what is said below it, with what the metric is called. */
  readonly title: (label: string) => string;
  readonly said?: (label: string) => string;
  /** The number that its variants set, if they set one. */
  readonly axis?: { readonly label: string; readonly percent?: boolean };
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

const main: Study = {
  variants: (methods) => methods.map((method) => ({ method, name: "", train: { method } })),
  tunes: true,
  title: () => "Results by dataset",
};

const wide: Study = {
  variants: (methods) =>
    methods.map((method) => ({
      method,
      name: "",
      train: { method, epsilon: 20, ...(methodOf(method).layout.hidden && { hidden: [1000, 1000, 1000] }) },
    })),
  tunes: true,
  title: () => "Wider: 1000-1000-1000, epsilon 20",
};

const budget: Study = {
  variants: () =>
    (["set", "npset"] as const).flatMap((method) =>
      [5, 10, 20, 50].map((epsilon) => ({ method, name: `epsilon=${epsilon}`, train: { method, epsilon } })),
    ),
  tunes: false,
  title: (label) => `${capital(label)} against the budget`,
  said: () =>
    "The Erdos-Renyi parameter epsilon sets the connections: about epsilon (inputs + outputs) a layer. Learning rate and decay are those that the main study chose on the same split.",
  axis: { label: "epsilon" },
};

/** With none removed npset is set, and static-np static. */
const removal: Study = {
  variants: () =>
    (["npset", "static-np"] as const).flatMap((method) => [0, 0.25, 0.5, 0.75, 0.9].map((amount) => removed(method, amount))),
  tunes: false,
  title: (label) => `${capital(label)} against the removed fraction`,
  said: () =>
    "At 0 nothing is removed: the row of npset at 0 is set, and that of static-np is static, but trained at the learning rate and decay that the main study chose for npset and for static-np on the same split, as all rows here are. So they differ from set and static of the main table, which have rates of their own.",
  axis: { label: "fraction of hidden neurons removed during training", percent: true },
};

const ablation: Study = {
  variants: (_, epochs) => ablations(epochs),
  tunes: false,
  title: () => "Ablations",
  said: (label) =>
    `npset with one choice changed (score: strength by default; budget: constant; schedule: cubic; regrow: connections start at 0; period: every epoch). Test ${label}, and the paired difference to npset as it is, each with its 95 % interval. Many intervals are looked at here: one of twenty misses by chance. A number of splits stands where runs failed or are missing: the figures are of the others.`,
};

/** Options that the literature names for few samples, each by itself. */
const recipe: Study = {
  variants: () =>
    Object.entries<TrainOptions>({
      "smoothing=0.1": { labelSmoothing: 0.1 },
      "inputs=robust": { inputs: "robust" },
      "rate=cosine": { lr: { schedule: "cosine" } },
      "dropout=0.3": { dropout: 0.3 },
      "skip=linear": { skip: "linear" },
      "norm=batch": { norm: "batch", dropLast: true },
      "clip=1": { clipNorm: 1 },
      "maxnorm=3": { maxNorm: 3 },
      "ema=0.99": { ema: 0.99 },
    }).map(([name, train]) => ({ method: "npset", name, train: { method: "npset", ...train } })),
  tunes: false,
  title: () => "Options of the recipe",
  said: (label) =>
    `npset with one option changed (labels are as they are, inputs standardised, the rate is constant, no neuron drops out, inputs reach outputs through hidden layers alone, sums are not normalised, gradients and weights have no bound, and weights are not averaged). With batch norm a last short batch is left out, as it may be one sample. Test ${label}, and the paired difference to npset as it is, each with its 95 % interval. Learning rate and decay are those that the main study chose for npset on the same split, which favours npset as it is. What these figures choose has seen the test parts.`,
};

/** Ensembles of each method; one member is the study main. Every member is trained at the rates of the one. */
const members: Study = {
  variants: (methods) =>
    methods.flatMap((method) =>
      [2, 5, 10, 20].map((count) => ({ method, name: `members=${count}`, train: { method, members: count } })),
    ),
  tunes: false,
  title: (label) => `${capital(label)} against the members of an ensemble`,
  said: () =>
    "The outputs of so many networks are averaged: probabilities of classes, else numbers. Learning rate and decay are those that the main study chose for one network on the same split.",
  axis: { label: "members" },
};

/** The studies by name, in the order they run: main first, as others take its learning rates. */
export const STUDIES = { main, wide, budget, removed: removal, ablation, members, recipe };
export type StudyName = keyof typeof STUDIES;
export const STUDY_NAMES = Object.keys(STUDIES) as StudyName[];

/** The run whose learning rate and decay a run takes, or null where it tunes itself. */
export function ratesFrom(run: RunKey): RunKey | null {
  return STUDIES[run.study as StudyName].tunes ? null : { ...run, study: "main", variant: "" };
}
