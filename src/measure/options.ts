import { type Given, option, type Settled } from "../options/option.js";
import { flag, integer, list, number, oneOf, optional } from "../options/schema.js";

/** Where the prior of a bound is centred. */
export const PRIORS = ["initial", "zero", "model"] as const;

/** What is measured beside norms and margins, and how. */
export const MEASURE = {
  /** Keskar et al. 2016 take 1e-3 and 5e-4. */
  boxes: option(
    list(number({ above: 0 }), { takes: "a list of numbers above 0" }),
    [1e-3, 5e-4],
    "sizes of the boxes that the loss is maximised in for sharpness",
    { unit: "list", otherwise: "0.001,0.0005" },
  ),
  iterations: option(integer({ min: 1, max: 10_000 }), 10, "iterations of that maximisation", { unit: "n" }),
  bound: option(flag(), false, "train a PAC-Bayes bound of the error on new samples"),
  steps: option(integer({ min: 1, max: 100_000_000 }), 20_000, "steps of the training of the bound", { unit: "n" }),
  batch: option(integer({ min: 1, max: 4096 }), 100, "samples of each of these steps", { unit: "n" }),
  draws: option(integer({ min: 2, max: 100_000_000 }), 20_000, "noisy networks that the bound's error is the mean of", {
    unit: "n",
  }),
  /** initial: the first weights, where they are known and no samples chose them; zero; model: the model's own weights, of `unseen` samples. */
  prior: option(
    optional(oneOf(PRIORS)),
    undefined,
    "centre of the bound's prior, where model is the model's own weights and needs samples that it has not seen",
    { unit: "centre", otherwise: "initial where the first weights are known, else zero" },
  ),
  /** Its connections then cost the bound nothing. */
  unseen: option(flag(), false, "say that the model was trained on none of these samples"),
  tried: option(integer({ min: 1 }), 1, "networks of other densities or widths that this one was chosen among, by bounds", {
    unit: "n",
  }),
  seed: option(integer({ min: 0, max: 2 ** 32 - 1 }), 1, "fixes the order and the noise of the training of the bound", {
    unit: "n",
  }),
};

/** What `measure` takes. */
export interface MeasureOptions extends Given<typeof MEASURE> {
  /** Is told, now and then, what is done and which share of it. */
  readonly onProgress?: (what: string, share: number) => void;
  readonly signal?: AbortSignal;
}

export type MeasureConfig = Settled<typeof MEASURE>;
