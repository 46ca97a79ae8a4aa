import type { Dataset } from "../../data/dataset.js";
import { foldsOf } from "../../data/folds.js";
import { standardize } from "../../data/standardize.js";
import { largestOfRows } from "../../metrics/classes/rows.js";
import { standardizerOf } from "../../train/prepare-data.js";
import { counted } from "../../util/counted.js";
import { minimum } from "../../util/extremes.js";
import type { Baseline } from "./baseline.js";
import { discriminantOf, probabilitiesOf } from "./discriminant.js";
import { type Summary, summarise } from "./summary.js";

/** A way to simplify centroids, with one number that says how far. */
export interface Simplification {
  readonly name: string;
  /** The numbers to try, the one that leaves most first. */
  settings(summary: Summary): readonly number[];
  /** Gives what a setting leaves of the offsets [classes, features]. */
  simplify(summary: Summary): (setting: number) => Float64Array;
  describe(setting: number): string;
}

/** Inner folds, or as many as there are samples or groups. */
const FOLDS = 10;

/**
 * Nearest centroids of standardised features, simplified as far as stratified inner cross-validation allows: the last of the settings with
 * the fewest errors. Missing values are filled in with the training part's medians.
 */
export function tunedCentroids({ name, settings, simplify, describe }: Simplification): Baseline {
  return {
    name,
    fit(train, rng) {
      const input = standardizerOf({ inputs: "standardize" }, train);
      const prepare = (dataset: Dataset) => (input ? standardize(dataset, input) : dataset);
      const set = prepare(train);
      const summary = summarise(set, allOf(set));
      const tried = settings(summary);
      const units = train.groups ? new Set(train.groups).size : train.samples;
      const folds = units < 2 ? null : foldsOf(train, Math.min(FOLDS, units), rng);
      const setting = folds ? chooseSetting(set, folds, tried, simplify) : tried[0];
      const discriminant = discriminantOf(summary, simplify(summary)(setting));
      const how = folds ? `${tried.length} tried` : "not tuned, as one group cannot be divided";
      return {
        describe: () => `${describe(setting)} (${how}), ${discriminant.columns.length} of ${counted(train.features, "feature")}`,
        predict: (dataset) => probabilitiesOf(discriminant, prepare(dataset), allOf(dataset)),
      };
    },
  };
}

const allOf = ({ samples }: Dataset) => Uint32Array.from({ length: samples }, (_, i) => i);

/** The last of the settings with the fewest errors on samples that the fold's centroids have not seen. */
function chooseSetting(
  set: Dataset,
  folds: Uint32Array,
  settings: readonly number[],
  simplify: Simplification["simplify"],
): number {
  const errors = new Array<number>(settings.length).fill(0);
  for (const fold of new Set(folds)) {
    const summary = summarise(
      set,
      allOf(set).filter((i) => folds[i] !== fold),
    );
    const left = simplify(summary);
    const held = allOf(set).filter((i) => folds[i] === fold);
    settings.forEach((setting, s) => {
      const probabilities = probabilitiesOf(discriminantOf(summary, left(setting)), set, held);
      errors[s] += countErrors(probabilities, held, set);
    });
  }
  return settings[errors.lastIndexOf(minimum(errors))];
}

/** Samples whose class is not the likeliest (the first of equals). */
function countErrors(probabilities: Float64Array, indices: Uint32Array, { y, classes }: Dataset): number {
  const taken = largestOfRows(probabilities, classes.length);
  return indices.filter((i, at) => taken[at] !== y[i]).length;
}
