import { EPSILON } from "../sparse/initial.js";
import { check, checkInteger, checkObject } from "../util/check.js";
import type { Dataset } from "./dataset.js";
import { checkSamples, countSamples, isSparse } from "./sample-matrix.js";

type Rows = Pick<Dataset, "x" | "samples" | "features" | "imageShape">;

/** Options for `train` that networks and `linear` share. */
export interface SharedOptions {
  readonly batch: number;
  readonly epochs: number;
  readonly lr: number;
  readonly dropout: number;
  readonly optimizer: { readonly decay: number };
  readonly inputs: "standardize" | "scale255" | "raw";
}

/** Options for `train` with a network. */
export interface SuggestedNetwork extends SharedOptions {
  readonly method: "npset";
  readonly hidden: readonly number[];
  readonly epsilon: number;
}

/** Options for `train` that suit a dataset's size, and why. */
export interface Suggestion {
  readonly options:
    | SuggestedNetwork
    | (SharedOptions & { readonly method: "linear"; readonly hidden?: undefined; readonly epsilon?: undefined });
  readonly reasons: readonly string[];
}

/**
 * A start that did well on data of this kind (docs/accuracy.md), from the number of samples n, of features f, and the values:
 *
 * | n               | method           | batch | epochs | lr    | dropout | decay         |
 * |-----------------|------------------|-------|--------|-------|---------|---------------|
 * | below 200       | npset, or linear | 8     | 100    | 0.005 | 0.5     | 0.5, linear 2 |
 * | 200 to 9,999    | npset, or linear | 32    | 60     | 0.01  | 0       | 0, linear 0.5 |
 * | 10,000 and more | npset            | 32    | 25     | 0.02  | 0.2     | 0             |
 *
 * linear, which has no dropout, is suggested where f > n.
 * hidden: three layers of 1000 from 10,000 samples on, three of 200 below 200 features, else two of 500. epsilon: that of `train`. Inputs: scale255 for
 * pictures of whole numbers from 0 to 255, raw where over 90 % are zeros (counts of words), else standardize. A batch is at most n.
 */
export function suggestOptions(dataset: Rows): Suggestion {
  checkObject(dataset, "suggestOptions", "dataset");
  const { samples, features } = dataset;
  checkInteger(samples, "suggestOptions: samples", 1);
  checkInteger(features, "suggestOptions: features", 1);
  checkSamples(dataset.x, "suggestOptions");
  check(countSamples(dataset.x, features, "suggestOptions") === samples, "suggestOptions", () => {
    return `x does not hold ${samples} samples of ${features} features`;
  });
  const { method, hidden, epsilon, dropout, ...shared } = suggestNetwork(dataset);
  const size = sizeOf(samples);
  const linear = size !== "many" && features > samples;
  const decay = linear ? { few: 2, some: 0.5, many: 0 }[size] : shared.optimizer.decay;
  const { batch, epochs, lr, inputs } = shared;
  const reasons = [
    `${samples} samples: batch ${batch}, ${epochs} epochs, learning rate ${lr}${decay ? `, decay ${decay}` : ""}`,
    { standardize: "features of any scale", scale255: "pictures of bytes", raw: "over 90 % of the values are zero" }[inputs],
  ];
  const wide = `${features} features for ${samples} samples`;
  if (linear)
    return {
      options: { method: "linear", dropout: 0, ...shared, optimizer: { decay } },
      reasons: [`${wide}: method linear, which one network seldom exceeds there`, ...reasons],
    };
  const why = size === "many" ? "10,000 samples or more" : features < 200 ? "fewer than 200 features" : "200 features or more";
  return {
    options: { method, hidden, epsilon, dropout, ...shared },
    reasons: [`${wide}: dropout ${dropout}`, `hidden layers ${hidden.join(", ")}: ${why}`, ...reasons],
  };
}

/** What `suggestOptions` would say if it had to be a network: of 200 to 9,999 samples with more features, dropout is 0.3. */
export function suggestNetwork(dataset: Rows): SuggestedNetwork {
  const { samples, features } = dataset;
  const size = sizeOf(samples);
  const [batch, epochs, lr, decay] = { few: [8, 100, 0.005, 0.5], some: [32, 60, 0.01, 0], many: [32, 25, 0.02, 0] }[size];
  return {
    method: "npset",
    hidden: size === "many" ? [1000, 1000, 1000] : features < 200 ? [200, 200, 200] : [500, 500],
    epsilon: EPSILON,
    batch: Math.min(batch, samples),
    epochs,
    lr,
    dropout: { few: 0.5, some: features > samples ? 0.3 : 0, many: 0.2 }[size],
    optimizer: { decay },
    inputs: suggestInputs(dataset),
  };
}

const sizeOf = (samples: number) => (samples < 200 ? "few" : samples < 10_000 ? "some" : "many");

function suggestInputs(dataset: Rows): SharedOptions["inputs"] {
  const { x, samples, features, imageShape } = dataset;
  const values = isSparse(x) ? x.values : x;
  const cells = samples * features;
  let [zeros, bytes, largest] = [cells - values.length, true, 0]; // other cells of sparse rows hold 0
  for (let k = 0; k < values.length; k++) {
    const value = values[k];
    if (value === 0) zeros++;
    if (!Number.isInteger(value) || value < 0 || value > 255) bytes = false;
    if (value > largest) largest = value;
  }
  if (imageShape && bytes && largest > 127) return "scale255";
  return zeros > 0.9 * cells ? "raw" : "standardize";
}
