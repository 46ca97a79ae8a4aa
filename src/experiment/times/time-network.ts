import type { Dataset } from "../../data/dataset.js";
import { takeSamples } from "../../data/take-samples.js";
import type { Device } from "../../device/device.js";
import { checkedOutputs } from "../../tasks/checked.js";
import { taskOf } from "../../tasks/index.js";
import { trainConfig } from "../../train/config.js";
import { train } from "../../train/train.js";
import { random } from "../../util/random.js";
import { plannedConnections, stepFlop } from "../plan/flop.js";
import type { Timing } from "../run/job.js";
import type { RunTask } from "../run/run.js";

/** Epochs that are timed; the first is not counted. As many as the work asked for takes, within bounds. */
const EPOCHS = { least: 6, most: 24 } as const;
/** Work of a timed epoch, within bounds: enough for the clock, little enough for many networks. */
const EPOCH_FLOP = 2e8;
const STEPS = { least: 3, most: 16 } as const;
/** When neurons leave: far beyond the last epoch, so that removal is scored at every evolution but takes about none, or after the first. */
const REMOVAL = { before: { first: 1, last: 1e6 }, after: { first: 0, last: 1 } } as const;

/** How to time a network. */
export interface TimingOptions {
  /** Before neurons leave (default), or after all have that are to. */
  readonly removed?: keyof typeof REMOVAL;
  /** Floating point operations of training that are to be timed at least, where `EPOCHS` allows; default: as few as that allows. */
  readonly work?: number;
  /** See `RunOptions`. */
  readonly hostMemoryBytes?: number;
}

/** What a few epochs took, and of what network. */
export interface NetworkTiming extends Timing {
  /** Connections, and neurons of every layer, of the last timed epoch. */
  readonly connections: number;
  readonly neurons: readonly number[];
  /** Of the wall time, what this process's CPU time was: what is below 1 went to other programs. */
  readonly share: number;
}

/**
 * Times a few epochs of a run's network on some samples of its training part; medians count. On the CPU, where a slot is one thread, times are those of a core to itself: what other programs took of it meanwhile is left out.
 */
export async function timeNetwork(
  device: Device,
  training: Dataset,
  { train: options, seed }: RunTask,
  { removed = "before", work = 0, hostMemoryBytes }: TimingOptions = {},
): Promise<NetworkTiming> {
  const shape = {
    features: training.features,
    classes: checkedOutputs(taskOf(options.task), training).length,
    samples: training.samples,
  };
  const config = trainConfig(options, shape);
  const flop = config.batch * stepFlop(plannedConnections(config)[0]);
  const steps = Math.min(STEPS.most, Math.max(STEPS.least, Math.round(EPOCH_FLOP / flop)));
  const epochs = Math.min(EPOCHS.most, Math.max(EPOCHS.least, 1 + Math.ceil(work / (steps * flop))));
  const order = Uint32Array.from({ length: training.samples }, (_, i) => i);
  random(seed, "timed samples").shuffle(order);
  const some = takeSamples(training, order.slice(0, Math.min(training.samples, steps * config.batch)));
  const removal = config.evolution?.removal;
  const shares: number[] = [];
  let last = clock();
  const start = performance.now();
  const model = await train(
    { train: some },
    {
      ...options,
      seed,
      device,
      tune: "off",
      epochs,
      lr: 1e-3,
      hostMemoryBytes,
      onEpoch() {
        const now = clock();
        shares.push(device.info.kind === "cpu" ? Math.min(1, (now.cpu - last.cpu) / (now.wall - last.wall)) : 1);
        last = now;
      },
      evolution: {
        ...options.evolution,
        period: 1,
        ...(removal && { removal: { ...options.evolution?.removal, schedule: "cubic", ...REMOVAL[removed] } }),
      },
    },
  );
  const setup = (performance.now() - start) / 1000 - model.seconds.total;
  await model.dispose();
  const counted = model.history.slice(1).map((record, i) => ({ ...record, share: shares[i + 1] }));
  const share = median(shares);
  return {
    msPerStep: 1000 * median(counted.map((epoch) => (epoch.share * epoch.seconds.train) / epoch.steps)),
    msPerEvaluatedSample: (1000 * median(counted.map((epoch) => epoch.share * epoch.seconds.evaluate))) / some.samples,
    msPerEvolution: 1000 * share * median(model.evolutions.map(({ seconds }) => seconds)),
    msSetup: 1000 * share * Math.max(0, setup),
    connections: model.history[epochs - 1].nnz,
    neurons: model.history[epochs - 1].neurons,
    share,
  };
}

/** Wall time and this process's CPU time, in ms. */
function clock(): { wall: number; cpu: number } {
  const { user, system } = process.cpuUsage();
  return { wall: performance.now(), cpu: (user + system) / 1000 };
}

/** The middle value, the upper of two; 0 of none. */
export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}
