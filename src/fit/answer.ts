import type { Dataset } from "../data/dataset.js";
import { judgingOf } from "../experiment/run/leg.js";
import { blend } from "../io/blend.js";
import { decodeCheckpoint } from "../io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import { loadModel } from "../train/model.js";
import type { TrainOptions } from "../train/options.js";
import type { EpochRecord, EvolutionRecord, Seconds } from "../train/records.js";
import { CoppiceError } from "../util/check.js";
import type { Chosen } from "./parts.js";
import type { FitBest, FitChoice, FitFamily, FitPlan } from "./result.js";
import { FAMILIES, type Searched } from "./search.js";
import { type FitRun, forEach, makeLeg } from "./trial.js";

/** Models of the families, trained on all samples of a part; of those that the answer or a comparison needs. */
export interface Refits {
  /** What was chosen; `linear` alone where networks diverged here, though they had not on the folds. */
  readonly choice: FitChoice;
  readonly linear: SavedModel;
  readonly network?: SavedModel;
}

const refitName = (name: string, family: FitFamily) => `${name}/refit-${family}.safetensors`;

/**
 * Trains what was chosen on all samples of a part, under the schedules of the whole run, until the epoch that was best on samples held out: with
 * all members of the plan. `linear` is trained in any case, to be held against the answer. What the store has is not trained again. Throws a
 * failure where `linear` diverges.
 */
export async function refit(
  run: FitRun,
  train: Chosen,
  plan: FitPlan,
  name: string,
  { choice, linear }: Pick<Searched, "choice" | "linear">,
  onRefit?: (family: FitFamily) => void,
): Promise<Refits> {
  const { best, weights } = choice;
  const models: Partial<Record<FitFamily, SavedModel>> = {};
  await forEach(run, FAMILIES, async (family) => {
    const winner = best[family];
    if (!winner || (family === "network" && weights.network === 0)) return;
    const file = refitName(name, family);
    const options = optionsOf(plan, family, winner);
    let bytes = await run.store.get(file);
    if (!bytes) {
      const none: Chosen = { data: train.data, indices: [] };
      const leg = await makeLeg(run, { key: file, options, stop: null, train, heldOut: none }, winner.epoch);
      bytes = leg?.state;
      if (bytes) await run.store.put(file, bytes);
    }
    if (bytes) models[family] = withoutSeconds(decodeCheckpoint(bytes, file));
    onRefit?.(family);
  });
  if (!models.linear)
    throw new CoppiceError(
      `fit: ${best.linear.candidate.name} diverged on all samples, though not on the folds; are the inputs of a sound scale?`,
      "failure",
    );
  return { ...models, linear: models.linear, choice: models.network || weights.network === 0 ? choice : linear };
}

/** A model of whose training no clock tells: the same plan makes the same file, to the last byte. */
function withoutSeconds({ training, ...model }: SavedModel): SavedModel {
  if (!training) return model;
  const history = (training.history as readonly EpochRecord[]).map((record) => ({ ...record, seconds: NO_SECONDS }));
  const evolutions = (training.evolutions as readonly EvolutionRecord[]).map((record) => ({ ...record, seconds: 0 }));
  return { ...model, training: { ...training, history, evolutions } };
}

const NO_SECONDS: Seconds = { total: 0, train: 0, evolve: 0, evaluate: 0 };

const optionsOf = ({ members, seed }: FitPlan, family: FitFamily, { candidate }: FitBest): TrainOptions => {
  return { ...candidate.options, ...(family === "network" && { members }), seed };
};

/** Removes the refits of a part from the store. */
export async function forgetRefits(run: FitRun, name: string): Promise<void> {
  for (const family of FAMILIES) await run.store.remove(refitName(name, family));
}

/** The one model that answers: of both families the average by their weights. */
export function answerOf({ choice: { weights }, network, linear }: Refits): SavedModel {
  if (!network) return linear;
  return blend([
    { model: network, weight: weights.network },
    { model: linear, weight: weights.linear },
  ]);
}

/** [samples, outputs] what a model says of samples. */
export async function answersOf({ device }: FitRun, model: SavedModel, { x }: Dataset): Promise<Float64Array> {
  const loaded = loadModel(device, model);
  try {
    return Float64Array.from(judgingOf(model.config.task).answers(await loaded.predict(x)));
  } finally {
    await loaded.dispose();
  }
}
