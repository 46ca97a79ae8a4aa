import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { befall, type Decide } from "../lossy-gpu.js";
import { blobs } from "./blobs.js";
import { timeless } from "./same-runs.js";

/** A run with an evaluation, an evolution, a removal and a checkpoint in every epoch but the last. */
export const LOSING: TrainOptions = {
  method: "npset",
  hidden: [20],
  epsilon: 4,
  epochs: 7,
  batch: 20,
  evolution: { removal: { first: 1, last: 6 } },
};
export const losingSet = blobs();

/** What GPU devices that `train` opens go through: the test's mock of gpu-node.js calls it. */
export interface Openings {
  opened(device: GPUDevice): void;
}

/** Where a device is lost: the last of the calls, once the others have been seen in order. */
export const PHASES = {
  step: [/^writeBuffer train.order/, /^submit/],
  evaluation: [/^writeBuffer evaluate.schedule/, /^submit/],
  evolution: [/^writeBuffer prune.0.selection/, /^mapAsync read-back/],
  removal: [/^writeBuffer prune.0.selection/, /^mapAsync read-back/, /^createBuffer layer0.0.w/],
  checkpoint: [/^writeBuffer prune.0.selection/, /^mapAsync read-back/, /^mapAsync read-back/], // the evolution's, then its own
} as const;

/** Trains on devices that `train` opens, of which each is lost in its second epoch, in one of the phases after another. */
export async function trainLosing(gpu: Openings, phases: readonly (keyof typeof PHASES)[], more: RunOptions & TrainOptions = {}) {
  const lost: number[] = [];
  let epochs = 0; // that the device completed
  let devices = 0;
  gpu.opened = (device) => {
    const phase: readonly RegExp[] = PHASES[phases[devices++]] ?? [];
    let seen = 0;
    const decide: Decide = (call) => {
      if (epochs !== 1 || !phase[seen]?.test(call)) return undefined;
      return ++seen === phase.length ? "lost after" : undefined;
    };
    befall(device, decide);
  };
  try {
    const model = await train(
      { train: losingSet },
      {
        ...LOSING,
        device: "webgpu",
        onCheckpoint: () => void epochs++,
        onDeviceLost({ epoch }) {
          lost.push(epoch);
          epochs = 0;
        },
        ...more,
      },
    );
    const { network, members } = await model.save();
    await model.dispose();
    return { network, members, lost, history: timeless(model.history), evolutions: timeless(model.evolutions) };
  } finally {
    gpu.opened = () => {};
  }
}
