import { type Dataset, type Device, loadModel, type SavedModel, type TrainOptions, train } from "../../../src/api/index.js";
import { membersOf } from "../../../src/api/io.js";
import { validationFolds } from "../../../src/experiment/run/folds.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import type { MethodName } from "../../../src/methods/index.js";
import { unshared } from "../../../src/nn/share-weights.js";
import { classification } from "../../../src/tasks/classification.js";
import { failedWith } from "../../../src/util/check.js";
import type { Members } from "./ensemble.js";
import { bySize, type Study } from "./study.js";
import { lower, type Tuned, tune } from "./tune.js";

/** Where an arm runs: one split of a dataset, on a device. */
export interface Bench {
  readonly study: Study;
  readonly device: Device;
  readonly train: Dataset;
  readonly test: Dataset;
  readonly seed: number;
}

/** Members that train at once: as many as all ensembles have. The bits do not go by it. */
const AT_ONCE = 10;

export type Rates = Pick<Tuned, "lr" | "decay">;

/** Options of a method on a bench; evaluation is left to the end. */
function optionsOf({ study, train, test, seed }: Bench, method: MethodName, { lr, decay }: Rates): TrainOptions {
  const epochs = bySize(study.epochs, train.samples + test.samples);
  return {
    method,
    ...(method !== "linear" && { hidden: [...study.hidden] }),
    epsilon: study.epsilon,
    epochs,
    batch: Math.min(train.samples, bySize(study.batch, train.samples)),
    lr,
    optimizer: { decay },
    seed,
    evaluateEvery: epochs,
  };
}

/** Tunes one network of a method inside the training part: the mean validation loss at the last epoch over its folds. */
export async function tuned(bench: Bench, method: MethodName): Promise<Tuned> {
  const { study, device, train: part, seed } = bench;
  const folds = validationFolds(part, bySize(study.folds, part.samples), study.validation, seed, classification);
  return tune(async (lr, decay) => {
    const losses: number[] = [];
    for (const fold of folds) {
      const options = optionsOf(bench, method, { lr, decay });
      const batch = Math.min(options.batch as number, fold.train.samples);
      const loss = await lossOf(train(fold, { ...options, batch, device, tune: "off" }));
      if (loss === null) return null;
      losses.push(loss);
    }
    return meanOf(losses);
  });
}

/** The validation loss at the end of a training; null where it diverged. */
async function lossOf(training: ReturnType<typeof train>): Promise<number | null> {
  try {
    const model = await training;
    await model.dispose();
    const loss = model.history.at(-1)?.validationLoss ?? null;
    return loss !== null && Number.isFinite(loss) ? loss : null;
  } catch (error) {
    if (failedWith(error, "diverged")) return null;
    throw error;
  }
}

/** What `run` gives at tuned rates, and these; at lower ones where a member diverges. All members take the same. */
export async function trainSound<T>(tuned: Tuned, run: (rates: Rates) => Promise<T>): Promise<T & { tuned: Tuned }> {
  try {
    return { ...(await run(tuned)), tuned };
  } catch (error) {
    if (!failedWith(error, "diverged")) throw error;
    return trainSound(lower(tuned), run);
  }
}

/** Trains members of a method on the whole training part, and asks each about the test part. */
export async function trainMembers(bench: Bench, method: MethodName, rates: Rates, count: number): Promise<Members> {
  const trained: Members[] = [];
  for (let member = 0; member < count; member += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - member);
    const which = count > 1 ? { member, ...(some > 1 && { members: some }) } : {};
    trained.push(await askApart(bench, await trainWhole(bench, { ...optionsOf(bench, method, rates), ...which })));
  }
  return {
    probabilities: trained.flatMap(({ probabilities }) => probabilities),
    parameters: trained.flatMap(({ parameters }) => parameters),
  };
}

/** The same of members that share their weights, with what the one network of all is made of: weights are counted once. */
export async function trainSharing(bench: Bench, method: MethodName, rates: Rates, members: number) {
  const saved = await trainWhole(bench, { ...optionsOf(bench, method, rates), members, share: "weights" });
  return { members: await askApart(bench, saved), parameters: parametersOf(saved) };
}

/** Trains on the whole training part. */
async function trainWhole({ device, train: part }: Bench, options: TrainOptions): Promise<SavedModel> {
  const model = await train({ train: part }, { ...options, device, tune: "off" });
  const saved = await model.save();
  await model.dispose();
  return saved;
}

/** Asks each member of a model about the test part. */
async function askApart({ device, test }: Bench, saved: SavedModel): Promise<Members> {
  const { members: _, ...rest } = saved;
  const alone = membersOf(saved)
    .flatMap(unshared)
    .map((network): SavedModel => ({ ...rest, network }));
  const probabilities: Float64Array[] = [];
  for (const one of alone) probabilities.push(await ask(device, one, test));
  return { probabilities, parameters: alone.map(parametersOf) };
}

/** [samples, classes] what a model says of samples. */
export async function ask(device: Device, saved: SavedModel, { x }: Dataset): Promise<Float64Array> {
  const model = loadModel(device, saved);
  try {
    return Float64Array.from((await model.predict(x)).probabilities);
  } finally {
    await model.dispose();
  }
}

/** Weights, biases and scalings of all members; what they share counts once. */
export function parametersOf(saved: SavedModel): number {
  const arrays = membersOf(saved).flatMap(({ layers }) => layers.flatMap(({ params }) => Object.values(params)));
  return arrays.reduce((sum, { length }) => sum + length, 0);
}
