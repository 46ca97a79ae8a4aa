import { toDense } from "../../../src/api/data.js";
import type { Dataset } from "../../../src/api/index.js";
import { taskIn } from "../../../src/tasks/index.js";
import { explain } from "../../../src/train/explain.js";
import { inputName } from "../../names.js";
import type { Settings } from "../../settings.js";
import { currentData } from "../data.js";
import { onDevice } from "../device.js";
import { askModel, model } from "../model.js";
import { chosenSamples, labelsOf, samplesAt } from "./samples.js";

/** What each feature of a sample adds to an output. */
export interface SampleView {
  /** Its place in the data, from 0, and its ID where it has one. */
  readonly place: number;
  readonly id: string | null;
  /** Its true class, where that is known; and what the model answers in words. */
  readonly truth: string | null;
  readonly answer: string;
  /** The output that is explained, of all that there are. */
  readonly output: string;
  readonly outputs: readonly string[];
  readonly features: readonly string[];
  readonly contributions: Float32Array;
  /** Its values, where they are a picture of that height and width. */
  readonly picture: Float32Array | null;
  readonly imageShape: readonly [number, number] | null;
  readonly notes: readonly string[];
}

/** Samples that can be chosen, by what they are called. */
export interface SampleNames {
  readonly places: ArrayLike<number>;
  readonly names: readonly string[];
  readonly heldOut: boolean;
}

/** Names that are listed at most. */
const MOST_LISTED = 2000;

export function sampleNames(): SampleNames {
  const { places, heldOut } = chosenSamples();
  const { ids } = currentData();
  const listed = Array.from({ length: Math.min(MOST_LISTED, places.length) }, (_, k) => places[k]);
  return { places: listed, names: listed.map((i) => ids?.[i] ?? `sample ${i + 1}`), heldOut };
}

/** Throws where the model does not take the open data, and where it has several outputs none of which is asked for or predicted. */
export async function explainSample(place: number, output: string | null, device: Settings["device"]): Promise<SampleView> {
  const { saved, origin } = model();
  const set = samplesAt([place]);
  const several = taskIn(saved).predicts !== "classes" && saved.classes.length > 1;
  const chosen = output ?? (several ? saved.classes[0] : undefined);
  const found = await onDevice(origin?.settings.device ?? device, (on) => explain(on, saved, set.x, { output: chosen }));
  const { featureNames, imageShape, features } = set;
  const truth = labelsOf(set);
  const named = found.contributions.length === features ? { featureNames, imageShape } : { featureNames: saved.featureNames };
  return {
    place,
    id: set.ids?.[0] ?? null,
    truth: truth && saved.classes[truth[0]],
    answer: await answerOf(set, device),
    output: saved.classes[found.outputs[0]],
    outputs: saved.classes,
    features: Array.from(found.contributions, (_, j) => inputName(named, j)),
    contributions: found.contributions,
    picture: imageShape ? Float32Array.from(toDense(set.x)) : null,
    imageShape: imageShape ?? null,
    notes: found.notes,
  };
}

/** "3 (97.1 %)" of classes, else the outputs by their names. */
async function answerOf({ x }: Dataset, device: Settings["device"]): Promise<string> {
  const { saved } = model();
  return askModel(device, async (asked) => {
    const answers = await asked.predict(x);
    const answer = taskIn(saved).answer?.(answers, 0) ?? {};
    if (answers.labels && answers.probabilities) {
      const label = answers.labels[0];
      return `${saved.classes[label]} (${(100 * answers.probabilities[label]).toFixed(1)}\u00a0%)`;
    }
    const [first] = Object.values(answer);
    const told =
      typeof first === "object"
        ? Array.from(first, (value, o) => `${saved.classes[o]} ${value.toPrecision(4)}`)
        : [String(first)];
    return told.slice(0, 6).join(", ");
  });
}
