import { alignClasses, alignFeatures, takeSamples } from "../../../src/api/data.js";
import { TASKS } from "../../../src/api/extend.js";
import type { Dataset } from "../../../src/api/index.js";
import { applySteps, rawFeatures } from "../../../src/data/prepare/index.js";
import { taskIn } from "../../../src/tasks/index.js";
import { prepareSamples } from "../../../src/train/prepare-data.js";
import { currentData } from "../data.js";
import { model } from "../model.js";

/** Which samples of the open data are looked at: those held out from the model, or all where it was not trained on these. */
export interface Chosen {
  /** Their places in the data. */
  readonly places: ArrayLike<number>;
  readonly heldOut: boolean;
}

export function chosenSamples(): Chosen {
  const { origin } = model();
  const all = currentData();
  if (origin?.dataset === all) return { places: origin.test, heldOut: true };
  return { places: Array.from({ length: all.samples }, (_, i) => i), heldOut: false };
}

/** Samples of the open data, with the features of the model in its order. */
export function samplesAt(places: ArrayLike<number>): Dataset {
  const { saved } = model();
  const set = takeSamples(currentData(), places);
  return saved.prepared ? set : alignFeatures(set, rawFeatures(saved).featureNames);
}

/** The values of samples as the network gets them. */
export function inputsOf(set: Dataset) {
  const { saved } = model();
  const { prepared, input } = saved;
  return prepareSamples(prepared ? applySteps(set, prepared) : set, input).set;
}

/** The true classes of samples, as the model counts them; null of other tasks, and without labels. Throws on one that it does not know. */
export function labelsOf(set: Dataset): Uint32Array | null {
  const { saved } = model();
  if (taskIn(saved) !== TASKS.classification || set.classes.length === 0) return null;
  return alignClasses(set, saved.classes).y;
}
