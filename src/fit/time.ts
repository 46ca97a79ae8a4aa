import type { Dataset } from "../data/dataset.js";
import { howToRun } from "../experiment/run/leg.js";
import type { SavedModel } from "../io/saved-model.js";
import type { TaskName } from "../tasks/index.js";
import type { TrainOptions } from "../train/options.js";
import { train } from "../train/train.js";
import { linearCandidates, networkCandidates } from "./candidates.js";
import { lengthOf } from "./plan.js";
import type { FitFamily, FitTiming } from "./result.js";
import type { FitRun } from "./trial.js";

/** Seconds that timing a family is to take, about; an epoch may be longer. */
const SECONDS = 1;

/**
 * Times a few epochs of a family's candidate on all samples: of networks of the first, as suggested, whose layers are the widest of all. It is the
 * only place of a fit that asks the clock.
 */
export async function timeFamily(
  run: FitRun,
  data: Dataset,
  family: FitFamily,
  members: number,
  seed: number,
  task: TaskName | undefined,
): Promise<FitTiming> {
  const { epochs, stop } = lengthOf(data, task);
  const candidates = family === "network" ? networkCandidates : linearCandidates;
  const [{ options }] = candidates({ data, task, seed, epochs, stop }, 1);
  const slow = { ...options, ...(members > 1 && { members }), lr: 1e-6, seed, evaluateEvery: stop }; // no rate of it diverges
  await timeUntil(run, data, slow, 1); // compiles what the others find
  const first = await timeUntil(run, data, slow, 1);
  const more = Math.min(stop + 1, 1 + Math.max(1, Math.round(SECONDS / first.epoch)));
  const second = await timeUntil(run, data, slow, more, first.saved);
  return { start: Math.min(first.start, second.start), epoch: second.epoch };
}

async function timeUntil(run: FitRun, data: Dataset, options: TrainOptions, until: number, resume?: SavedModel) {
  const began = performance.now();
  let saved: SavedModel | undefined;
  const model = await train(
    { train: data },
    {
      ...options,
      ...howToRun(run, resume),
      until,
      checkpointEvery: until,
      onCheckpoint(state) {
        saved = state;
      },
    },
  );
  await model.dispose();
  const total = (performance.now() - began) / 1000;
  const training = model.history.slice(resume?.training?.epoch ?? 0).reduce((sum, { seconds }) => sum + seconds.total, 0);
  const done = until - (resume?.training?.epoch ?? 0);
  return { start: total - training, epoch: training / done, saved };
}
