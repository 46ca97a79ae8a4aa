import type { TrainOptions } from "../../../src/api/index.js";

// What is run, fixed before any of it was: 64-100-100-10 on the bundled digits, with so many connections in all.

/** Cells of the network, and its neurons, counted for each layer that they are of. */
const [CELLS, ENDS] = [64 * 100 + 100 * 100 + 100 * 10, 64 + 2 * 100 + 2 * 100 + 10];

export const DENSITIES = [0.01, 0.02, 0.05, 0.1];
export const SEEDS = [1, 2, 3];

/** What is compared, by name: growers beside no evolution at all. */
export const RULES: Readonly<Record<string, TrainOptions>> = {
  static: { method: "static" },
  random: { evolution: { grow: "random" } },
  "random-unfired": { evolution: { grow: "random-unfired" } },
  sampled: { evolution: { grow: "sampled" } },
  gradient: { evolution: { grow: "gradient" } },
  "ch3-l3p": { evolution: { grow: "ch3-l3p" } },
};

/** A training: a rule, a density of the network, and a seed of split and training. */
export interface Unit {
  readonly rule: string;
  readonly density: number;
  readonly seed: number;
}

/** What a unit came to, at its last epoch; explored is R_s, null of no evolution. */
export interface Result extends Unit {
  readonly validationAccuracy: number;
  readonly explored: number | null;
  readonly nnz: number;
}

export const keyOf = ({ rule, density, seed }: Unit) => `${rule}/${density}/${seed}`;

export const UNITS: readonly Unit[] = SEEDS.flatMap((seed) =>
  DENSITIES.flatMap((density) => Object.keys(RULES).map((rule) => ({ rule, density, seed }))),
);

/** Options of a unit: magnitude pruning for all that evolve; with topology erk the density is that of all layers together. */
export function optionsOf({ rule, density, seed }: Unit): TrainOptions {
  const { evolution, method = "set" } = RULES[rule];
  return {
    method,
    hidden: [100, 100],
    output: "sparse",
    topology: "erk",
    epsilon: (density * CELLS) / ENDS,
    epochs: 100,
    batch: 32,
    evaluateEvery: 100,
    seed,
    ...(evolution && { evolution: { ...evolution, prune: "magnitude", exploration: true } }),
  };
}
