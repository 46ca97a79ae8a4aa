import type { TrainOptions } from "../../../src/api/index.js";
import type { MeasureOptions } from "../../../src/measure/options.js";

// Binary MNIST, digits 0 to 4 against 5 to 9, as Dziugaite and Roy 2017 have it: 784-600, the first 55,000 training samples, SGD at 0.01 with
// momentum 0.9, theirs for 20 epochs. Theirs has one output and the logistic loss, ours two and softmax.

/** A network whose bound is trained. */
export interface Unit {
  readonly method: "dense" | "static" | "set";
  /** Of the hidden layer; the output layer is dense. */
  readonly density: number;
  readonly seed: number;
  readonly epochs: number;
  readonly steps: number;
  readonly draws: number;
  /** Whether the second half of the samples is bounded, and the first was trained on. */
  readonly halves?: true;
  /** Where the prior is centred. */
  readonly centre?: MeasureOptions["prior"];
}

const dense = { seed: 1, epochs: 5, steps: 400, draws: 2000 }; // few, as its steps take long
const sparse = { seed: 1, epochs: 20, steps: 10_000, draws: 10_000 };

/** Networks of other densities that a bound is chosen among: each pays for all. */
export const TRIED = 5;

export const UNITS: readonly Unit[] = [
  { method: "dense", density: 1, ...dense },
  { method: "static", density: 0.02, ...sparse },
  { method: "set", density: 0.02, ...sparse, halves: true, centre: "model" },
  { method: "set", density: 0.02, ...sparse, halves: true },
  { method: "set", density: 0.02, ...sparse },
  ...[0.05, 0.01, 0.1].map((density) => ({ method: "static" as const, density, ...sparse })),
  { method: "dense", density: 1, seed: 1, epochs: 20, steps: 20_000, draws: 20_000 },
];

/** The published bound of 784-600-1, T-600 of their table 1, and the test error of its noisy networks. */
export const PUBLISHED = { bound: 0.161, testError: 0.034 };

/** What the network of a unit is trained with. */
export function optionsOf({ method, density, seed, epochs }: Unit): TrainOptions {
  return {
    method,
    hidden: [600],
    epsilon: (density * 784 * 600) / (784 + 600),
    output: "dense",
    optimizer: { name: "sgd", momentum: 0.9 },
    lr: 0.01,
    batch: 100,
    epochs,
    evaluateEvery: epochs,
    inputs: "scale255",
    seed,
  };
}
