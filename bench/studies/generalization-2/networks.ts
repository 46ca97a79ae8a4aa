import { type Dataset, type Device, loadModel, type SavedModel, type TrainOptions, train } from "../../../src/api/index.js";
import { membersOf } from "../../../src/api/io.js";
import { validationFolds } from "../../../src/experiment/run/folds.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import type { MethodName } from "../../../src/methods/index.js";
import { classification } from "../../../src/tasks/classification.js";
import { failedWith } from "../../../src/util/check.js";
import type { Members } from "./ensemble.js";
import { bySize, type Study } from "./study.js";
import { type Tuned, tune } from "./tune.js";

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

type Rates = Pick<Tuned, "lr" | "decay">;

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

/** Trains members of a method on the whole training part, and asks each about the test part. */
export async function trainMembers(bench: Bench, method: MethodName, rates: Rates, count: number): Promise<Members> {
  const { device, train: part, test } = bench;
  const members: { probabilities: Float64Array; parameters: number }[] = [];
  for (let member = 0; member < count; member += AT_ONCE) {
    const some = Math.min(AT_ONCE, count - member);
    const which = count > 1 ? { member, ...(some > 1 && { members: some }) } : {};
    const model = await train({ train: part }, { ...optionsOf(bench, method, rates), ...which, device, tune: "off" });
    const saved = await model.save();
    await model.dispose();
    for (const one of apart(saved)) {
      members.push({ probabilities: await ask(device, one, test), parameters: parametersOf(one) });
    }
  }
  return {
    probabilities: members.map(({ probabilities }) => probabilities),
    parameters: members.map(({ parameters }) => parameters),
  };
}

/** The members of a model, each as a model. */
function apart(saved: SavedModel): SavedModel[] {
  const { members: _, ...rest } = saved;
  return membersOf(saved).map((network) => ({ ...rest, network }));
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

/** Weights and biases of all members. */
export function parametersOf(saved: SavedModel): number {
  const layers = membersOf(saved).flatMap((member) => member.layers);
  return layers.reduce((sum, { params }) => sum + params.values.length + params.bias.length, 0);
}
