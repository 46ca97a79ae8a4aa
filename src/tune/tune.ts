import type { Device } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { openScope } from "../device/scope.js";
import { candidatesOf, defaultVariants, type TunedKernel } from "../kernels/candidates.js";
import type { ProductShape, Variant } from "../kernels/variant.js";
import { createActivations } from "../nn/activations.js";
import type { StepContext } from "../nn/context.js";
import type { Network } from "../nn/network.js";
import { backward, forward, hasBackward, update } from "../nn/passes.js";
import type { Trial } from "./entries.js";
import { pickFastest, rank } from "./rank.js";
import { classKey, type VariantTable } from "./table.js";

/** A kernel at a class of shapes, and what became of it. */
export interface TunedShape {
  readonly kernel: TunedKernel;
  /** See `shapeClass`. */
  readonly shape: string;
  readonly variant: Variant;
  /** Every candidate's ms, the default first; empty when the budget ended before each had been timed, and the default stays. */
  readonly trials: readonly Trial[];
}

export interface TuneOptions {
  /** Variants that are settled already: nothing is timed for them. */
  readonly known?: VariantTable;
  /** ms that tuning may take together; default 1500. One dispatch that is longer can exceed it by itself. */
  readonly budgetMs?: number;
  /** Stops between two timings, with the signal's reason. */
  readonly signal?: AbortSignal;
  /** A clock in ms, for tests. */
  readonly now?: () => number;
  /** The variants that are timed, the default first; tests give their own. */
  readonly candidates?: typeof candidatesOf;
}

const BUDGET_MS = 1500;

/**
 * Times the candidates of every kernel that a training step of `network` runs, once a class of shapes (on the largest of the class): the
 * very dispatches of the step, on its connections. The costliest come first, and those for which no time is left keep the default.
 * Steps of learning rate 0 leave weights alone but not optimiser state: give a network that is not trained on afterwards.
 */
export async function tune(on: Device, network: Network, batch: number, options: TuneOptions = {}): Promise<TunedShape[]> {
  const { known = {}, budgetMs = BUDGET_MS, signal, now = () => performance.now(), candidates = candidatesOf } = options;
  const end = now() + budgetMs;
  const { device, release } = openScope(on);
  try {
    const tasks = findTasks(stepContext(device, network, batch), candidates).filter(({ key }) => !known[key]);
    const tuned: TunedShape[] = [];
    for (const [i, task] of tasks.entries()) {
      const refine = now() + (end - now()) / (tasks.length - i);
      tuned.push(await tuneTask(device, task, { refine, end }, now, signal));
    }
    return tuned;
  } finally {
    release();
  }
}

/** A kernel at a class of shapes that the step runs. */
interface Task {
  readonly kernel: TunedKernel;
  /** Of the class: the one with most work. */
  readonly shape: ProductShape;
  readonly key: string;
  /** At least two, the default first. */
  readonly candidates: readonly Variant[];
  /** The step's dispatches of one row block, with a variant of the kernel: more than one where it has long rows. */
  make(variant: Variant): Dispatch[];
}

/** A step's context with inputs, outputs and rates of 0: the time that kernels take does not depend on values. */
function stepContext(device: Device, { config, layers, seeds, weights }: Network, batch: number): StepContext {
  return {
    config,
    layers,
    skip: null,
    seeds,
    members: weights.length,
    activations: createActivations(device, { config, layers }, Math.ceil(batch / 4), true, "tune"),
    cursor: device.createBuffer("tune.cursor", "u32", 4),
    rates: device.createBuffer("tune.rates", "f32", 4),
    software: device.info.software,
    variants: defaultVariants,
    training: true,
  };
}

/** What is to be tuned, the most work first. */
function findTasks(context: StepContext, choose: typeof candidatesOf): Task[] {
  const tasks = new Map<string, Task>();
  const passes = context.layers.flatMap(({ blocks }, i) => {
    const parts = hasBackward(context, i) ? [forward, backward, update] : [forward, update];
    return parts.map((part) => ({ blocks, pass: (c: StepContext) => part(c, i) }));
  });
  for (const { pass, blocks } of passes) {
    const asked: { kernel: TunedKernel; shape: ProductShape }[] = [];
    const listen: StepContext["variants"] = (kernel, shape) => {
      asked.push({ kernel, shape });
      return defaultVariants(kernel, shape);
    };
    pass({ ...context, variants: listen });
    asked.forEach(({ kernel, shape }, block) => {
      const key = classKey(kernel, shape);
      const candidates = choose(kernel, shape);
      if (candidates.length === 1) return;
      const other = tasks.get(key);
      if (other && other.shape.nnz >= shape.nnz) return;
      const make = (variant: Variant) => {
        const variants: StepContext["variants"] = (k, s) => (classKey(k, s) === key ? variant : defaultVariants(k, s));
        return pass({ ...context, variants }).filter(({ buffers }) => Object.values(buffers).includes(blocks[block].w));
      };
      tasks.set(key, { kernel, shape, key, candidates, make });
    });
  }
  return [...tasks.values()].sort((a, b) => b.shape.nnz * b.shape.quads - a.shape.nnz * a.shape.quads);
}

async function tuneTask(
  on: Device,
  task: Task,
  deadlines: { refine: number; end: number },
  now: () => number,
  signal?: AbortSignal,
): Promise<TunedShape> {
  signal?.throwIfAborted();
  const { kernel, key, candidates } = task;
  const result = { kernel, shape: key.slice(kernel.length + 1) };
  if (now() >= deadlines.end) return { ...result, variant: candidates[0], trials: [] };
  const { device, release } = openScope(on);
  try {
    const record = (variant: Variant) => device.record(task.make(variant));
    const start = now();
    const own = await record(candidates[0]); // compiled for the run anyway, and tells what the others will take, two at a time
    const wait = ((now() - start) * (candidates.length - 1)) / 2;
    if (now() + wait >= deadlines.end) return { ...result, variant: candidates[0], trials: [] };
    const recordings = [own, ...(await Promise.all(candidates.slice(1).map(record)))];
    const time = (i: number, replays: number) => {
      signal?.throwIfAborted();
      return device.time(recordings[i], replays);
    };
    const ms = await rank(candidates.length, deadlines, { time, now });
    if (!ms) return { ...result, variant: candidates[0], trials: [] };
    return { ...result, variant: candidates[pickFastest(ms)], trials: candidates.map((variant, i) => ({ variant, ms: ms[i] })) };
  } finally {
    release();
  }
}
