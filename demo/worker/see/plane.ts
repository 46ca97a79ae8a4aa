import { toDense } from "../../../src/api/data.js";
import { encode } from "../../../src/api/index.js";
import { random } from "../../../src/api/sparse.js";
import type { ClassAnswers } from "../../../src/tasks/classification.js";
import type { Settings } from "../../settings.js";
import { onDevice } from "../device.js";
import { askModel, model } from "../model.js";
import { principal } from "./principal.js";
import { chosenSamples, inputsOf, labelsOf, samplesAt } from "./samples.js";

/** Samples in the plane of the two principal components of what a network gets, or of what its last hidden layer makes of it. */
export interface PlaneView {
  /** [samples, 2], and the shares of the variance along both. */
  readonly points: Float64Array;
  readonly shares: readonly [number, number];
  /** Places of the samples in the data, from 0, and their IDs where they have some. */
  readonly places: readonly number[];
  readonly ids: readonly string[] | null;
  /** How many there are that these were drawn of, and whether they were held out from the model. */
  readonly of: number;
  readonly heldOut: boolean;
  readonly classes: readonly string[];
  /** Of classes: the true one of each, and the one it was taken for. */
  readonly truth: Uint32Array | null;
  readonly taken: Uint32Array | null;
  /** Of numbers to learn: the first of each, and its name. */
  readonly targets: Float64Array | null;
  readonly target: string | null;
}

/** Samples that are shown at most: products of all pairs of them take a second, and more dots would hide each other. */
const MOST = 500;

/** Throws where the model has no hidden layer, or several networks, and the hidden layer is asked for. */
export async function planeOf(what: "inputs" | "hidden", device: Settings["device"]): Promise<PlaneView> {
  const { saved, origin } = model();
  const { places: all, heldOut } = chosenSamples();
  const places = drawn(all);
  const set = samplesAt(places);
  const values =
    what === "inputs"
      ? toDense(inputsOf(set).x)
      : await onDevice(origin?.settings.device ?? device, async (on) => (await encode(on, saved, set.x)).values);
  const truth = labelsOf(set);
  const taken = truth && (await askModel(device, (asked) => asked.predict(set.x) as Promise<ClassAnswers>)).labels;
  const width = (set.targets?.length ?? 0) / set.samples;
  return {
    ...principal(values, set.samples, values.length / set.samples),
    places,
    ids: set.ids ?? null,
    of: all.length,
    heldOut,
    classes: saved.classes,
    truth,
    taken,
    targets: set.targets?.filter((_, k) => k % width === 0) ?? null,
    target: set.targetNames?.[0] ?? null,
  };
}

/** So many of the samples at random, in their order: always the same. */
function drawn(all: ArrayLike<number>): number[] {
  const order = Uint32Array.from({ length: all.length }, (_, i) => i);
  if (all.length > MOST) random(1, "plane").shuffle(order);
  return Array.from(order.slice(0, MOST).sort(), (i) => all[i]);
}
