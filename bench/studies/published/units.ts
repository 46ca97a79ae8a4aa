import type { MethodName } from "../../../src/api/extend.js";
import type { TrainOptions } from "../../../src/api/index.js";

// What is run, fixed before any of it was: LeNet-300-100 on MNIST, with so many connections in all, more of them in narrow layers.

/** Cells of the network, and its neurons, counted for each layer that they are of. */
const [CELLS, ENDS] = [784 * 300 + 300 * 100 + 100 * 10, 784 + 2 * 300 + 2 * 100 + 10];

/** The settings of all: those of Dettmers and Zettlemoyer's repository, whose table the published figures are from. */
export const SETTINGS = {
  hidden: [300, 100],
  output: "sparse",
  batch: 100,
  epochs: 100,
  // Their L2 penalty of 5e-4 goes through a momentum of 0.9, which multiplies it by 10; this decay does not.
  optimizer: { name: "sgd", momentum: 0.9, nesterov: true, decay: 5e-3 },
  lr: { rate: 0.1, schedule: "step", gamma: 0.1, stepEpochs: 42 }, // their 25,000 steps are 41.7 epochs
  inputs: "scale255",
  evaluateEvery: 100,
} satisfies TrainOptions;

export const DENSITIES = [0.01, 0.02, 0.03, 0.05, 0.1];
export const SEEDS = [1, 2, 3, 4, 5];

/** A training: a row of the table, the density of the network, and a seed. */
export interface Unit {
  readonly row: string;
  readonly density: number;
  readonly seed: number;
}

/** The methods by the name of their row: which one, and what of it is otherwise here. */
export const ROWS: Readonly<Record<string, { readonly method: MethodName; readonly evolution?: TrainOptions["evolution"] }>> = {
  SET: { method: "set", evolution: { zeta: 0.3 } },
  "RigL, exact": { method: "rigl" },
  "RigL, sampled": { method: "rigl", evolution: { grow: "sampled" } },
  DSR: { method: "dsr" },
  "sparse momentum, sampled": { method: "snfs-sparse" },
  static: { method: "static" },
};

/** Options of a unit: with topology erk the density is that of all layers together, to a connection. */
export function optionsOf({ row, density, seed }: Unit): TrainOptions {
  return { ...SETTINGS, ...ROWS[row], topology: "erk", epsilon: (density * CELLS) / ENDS, seed };
}

/** All units: the seeds come last, so that what is there is of many methods and densities. */
export const UNITS: readonly Unit[] = SEEDS.flatMap((seed) =>
  DENSITIES.flatMap((density) => Object.keys(ROWS).map((row) => ({ row, density, seed }))),
);

/**
 * Published test accuracy in %, by density: MNIST_sparse_summary.csv in the folder results of TimDettmers/sparse_learning. Standard errors there
 * are 0.02 to 0.07 points; the larger is taken for all. RigL has no figure at these densities.
 */
export const PUBLISHED: Readonly<Record<string, Readonly<Record<number, number>>>> = {
  SET: { 0.01: 95.8, 0.02: 97.74, 0.03: 98.06, 0.05: 98.14, 0.1: 98.39 },
  DSR: { 0.01: 97.54, 0.02: 98.14, 0.03: 98.2, 0.05: 98.32, 0.1: 98.44 },
  "sparse momentum, sampled": { 0.01: 97.53, 0.02: 98.2, 0.03: 98.3, 0.05: 98.53, 0.1: 98.67 },
};
export const PUBLISHED_ERROR = 0.07;
