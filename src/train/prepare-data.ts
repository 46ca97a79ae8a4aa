import { alignClasses, alignFeatures, checkFeatures, type Dataset } from "../data/dataset.js";
import { fillMissing, fitMedians } from "../data/missing.js";
import { checkComplete, fitStandardizer, type Standardizer, scaleBy, standardize } from "../data/standardize.js";
import type { TrainConfig } from "./options.js";
import type { SessionData } from "./session.js";

/** What to train on, raw: inputs are standardised here, by the training set's statistics. */
export interface TrainData {
  readonly train: Dataset;
  /** Evaluated after every epoch and never used for a choice. */
  readonly test?: Dataset;
  /** Decides which epoch is best, and when to stop. */
  readonly validation?: Dataset;
}

/** What inputs go through: medians (of the training set, as all statistics) for missing values, and the map that was chosen. */
export function standardizerOf(
  { inputs }: TrainConfig,
  { name, x, samples, features, featureNames, missing }: Dataset,
): Standardizer | null {
  if (!missing) {
    if (inputs === "raw") return null;
    return inputs === "scale255" ? scaleBy(features, 255) : fitStandardizer(x, samples, features);
  }
  const median = fitMedians(x, features, (j) => `${name}: feature ${featureNames ? `"${featureNames[j]}"` : j + 1}`);
  if (inputs !== "standardize") return { ...scaleBy(features, inputs === "scale255" ? 255 : 1), median };
  return { ...fitStandardizer(fillMissing(x, median), samples, features), median };
}

/** The sets as a session takes them: features and classes in the training set's order, inputs standardised. Throws where they do not fit it. */
export function prepareData({ train: set, test, validation }: TrainData, input: Standardizer | null): SessionData {
  const prepare = (dataset: Dataset | undefined) => {
    if (!dataset) return undefined;
    const named = alignFeatures(dataset, set.featureNames);
    checkFeatures(named, set.features);
    const aligned = alignClasses(named, set.classes);
    if (!input) checkComplete(aligned);
    return input ? standardize(aligned, input) : aligned;
  };
  return { train: prepare(set) as Dataset, test: prepare(test), validation: prepare(validation) };
}
