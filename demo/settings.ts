import type { Method, TrainOptions } from "../src/index.js";
import type { BuiltIn } from "./sources.js";

/** What the controls set: all that fixes a run beside the data. Plain JSON, so that a link can hold it. */
export interface Settings {
  readonly method: Method;
  readonly hidden: readonly number[];
  readonly epsilon: number;
  readonly zeta: number;
  /** Fraction of the hidden neurons that leave (npset, static-np). */
  readonly remove: number;
  readonly optimizer: "sgd" | "adam" | "adamw" | "rmsprop";
  readonly lr: number;
  readonly decay: number;
  readonly dropout: number;
  readonly batch: number;
  readonly epochs: number;
  readonly seed: number;
  readonly inputs: "standardize" | "scale255" | "raw";
  /** Fraction of the samples held out. */
  readonly test: number;
  readonly device: "webgpu" | "cpu";
}

/** What training starts from on the bundled digits. */
export const DEFAULTS: Settings = {
  method: "npset",
  hidden: [300, 300],
  epsilon: 8,
  zeta: 0.3,
  remove: 0.5,
  optimizer: "sgd",
  lr: 0.03,
  decay: 0,
  dropout: 0,
  batch: 32,
  epochs: 30,
  seed: 1,
  inputs: "standardize",
  test: 1 / 3,
  device: "webgpu",
};

const { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs } = DEFAULTS;

/** Settings that suit the data the page brings along, and why. */
export const BUILT_IN_SETTINGS: Readonly<Record<BuiltIn, { readonly settings: Partial<Settings>; readonly reason: string }>> = {
  digits: {
    settings: { hidden, epsilon, batch, epochs, lr, decay, dropout, optimizer, inputs },
    reason: "reaches 95 % and more within seconds on this set of small pictures",
  },
  informative: {
    settings: { hidden: [100], epsilon: 5, batch: 8, epochs: 60, lr: 0.01, decay: 0.5, dropout: 0, optimizer, inputs },
    reason:
      "one small layer and a strong decay: connections of inputs that tell nothing fade and are pruned, so the ranking finds those that do",
  },
};

/** Options of `train` for the settings; a method that does not prune or remove is given nothing to prune or remove with. */
export function trainOptions(settings: Settings): TrainOptions {
  const { method, hidden, epsilon, zeta, remove, optimizer, lr, decay, dropout, batch, epochs, seed, inputs } = settings;
  const evolves = method === "npset" || method === "set" || method === "set-half";
  const removes = method === "npset" || method === "static-np";
  return {
    ...{ method, epsilon, lr, dropout, batch, epochs, seed, inputs },
    ...(method !== "linear" && { hidden }),
    optimizer: { name: optimizer, decay },
    evolution: { ...(evolves && { zeta }), ...(removes && { removal: { amount: remove } }) },
  };
}
