import type { Device, DeviceBuffer, Recording, ReplayOptions, TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { defaultVariants, type Variants } from "../kernels/candidates.js";
import { type Metric, summedOf } from "../metrics/metric.js";
import { taskOf } from "../tasks/index.js";
import type { Outputs } from "../tasks/task.js";
import { check, checkInteger } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { keepActivations } from "./activations.js";
import { placesOf, type Rows, uploadSteps } from "./chunks.js";
import type { StepContext } from "./context.js";
import { columnSizes, countMembers, type Network } from "./network.js";
import type { ResidentData } from "./resident.js";
import { createAverage, createTables, type StepPart, type StepRates, stepDispatches, writeTables } from "./step.js";

/** Gets the outputs of `count` samples from the `start`-th of the order. */
export type SeeOutputs = (batch: Outputs, start: number) => void;

export interface RunnerOptions {
  readonly batch: number;
  readonly training: boolean;
  /** Leave the last short batch out (SET's authors do; everyone else trains on it). */
  readonly dropLast?: boolean;
  /** Store gradients in m instead of updating (tests). */
  readonly storeGradients?: boolean;
  /** What is summed beside the loss; by default the task's metrics. */
  readonly metrics?: readonly Metric[];
  /** How each kernel deals its work; by default as on an adapter that was never timed. */
  readonly variants?: Variants;
}

/** What a pass over the samples came to. */
export interface PassResult {
  /**
   * Sums over the samples that were seen: of the loss, then of each metric that the device sums. Of an ensemble those of its averaged outputs,
   * in training the mean of its members'.
   */
  readonly sums: readonly number[];
  /** The sums of each member; of a single network its own. */
  readonly members: readonly (readonly number[])[];
  readonly samples: number;
  /** The loss of every step that ran and member, summed over its batch; NaN where an output was not finite. */
  readonly stepLoss: TypedData;
  /** Contents of the extra buffers that were asked for. */
  readonly extra: readonly TypedData[];
}

/** The steps of a pass without updates. */
export interface PassOptions {
  readonly order: Uint32Array;
  readonly steps: number;
  /** The step of the order that comes first, by default 0; its last is followed by its first. */
  readonly row?: number;
  readonly firstStep: number;
  readonly rates: (step: number) => StepRates;
}

/**
 * A pass over samples, recorded once a topology and replayed once a step: at most 3 L + 2 dispatches
 * in training, L + 3 in evaluation, and of a linear skip two and one more, of a layer's norm as many. Buffers are made here once; those that depend on layer sizes again by `record` where these changed.
 */
export interface Runner {
  readonly steps: number;
  readonly recording: Recording;
  /** The outputs [outputs, stride] of the step that ran last, of an ensemble in evaluation the average of its members'. */
  readonly outputs: DeviceBuffer;
  /** Records anew, after layers changed. */
  record(): Promise<void>;
  /**
   * One pass in the order given (all samples, by default as stored): every step is queued, then one read-back fetches the sums
   * and the buffers that `extra` gives, which it fills by running recordings of its own after the steps. With `see` the outputs of each step are
   * read back when it is done: see gets them, and the samples that they are of.
   */
  run(
    options?: {
      order?: Uint32Array;
      firstStep?: number;
      /** The steps that run, by default all. */
      rows?: Rows;
      rates?: (step: number) => StepRates;
      extra?: () => Promise<readonly DeviceBuffer[]>;
      see?: SeeOutputs;
    } & ReplayOptions,
  ): Promise<PassResult>;
  /**
   * Replays `steps` steps in the order given, with what `after` gives in the place of the updates: weights stay, and the recording is
   * recorded for this once. The same options again, if they have one step, find its activations there: nothing but `after` runs.
   */
  pass(after: (step: StepContext) => Dispatch[], options: PassOptions): Promise<void>;
  /**
   * Runs `count` steps from step `row` of the schedule with learning rate 0: for reading outputs, and for timing; of streamed samples on what
   * happens to be on the device.
   */
  runSteps(row: number, count: number, signal?: AbortSignal): Promise<void>;
  dispose(): void;
}

/** The rates of steps that change nothing. */
export const NO_RATES: StepRates = [0, 1, 1, 1];

/** The runner of a network; in evaluation of the stacks of an ensemble, whose outputs are averaged together. */
export async function createRunner(
  device: Device,
  network: Network | readonly Network[],
  data: ResidentData,
  options: RunnerOptions,
): Promise<Runner> {
  const { batch, training, variants = defaultVariants, storeGradients } = options;
  const stacks = "layers" in network ? [network] : network;
  const [first] = stacks;
  if (storeGradients && first.states === 0)
    throw new Error("storeGradients: the rule keeps no state, and gradients are stored in m");
  const { samples } = data;
  const { steps, chunkSteps } = countSteps(stacks, data, options, device);
  const name = training ? "train" : "evaluate";
  const metrics = summedOf(options.metrics ?? taskOf(first.config.task).metrics);
  const sums = 1 + metrics.list.length;
  const weights = stacks.flatMap((stack) => stack.weights);
  const members = weights.length;
  const outputs = first.layers[first.layers.length - 1].out / countMembers(first);
  const quads = Math.ceil(batch / 4);
  const tables = createTables(device, name, steps, placesOf(data, chunkSteps * batch));
  const average = members > 1 && !training ? createAverage(device, outputs * 4 * quads, steps * sums) : null;
  const { clipNorm, maxNorm, ema } = first.config;
  const follows = training && (clipNorm || maxNorm || ema); // few ask for it: a page loads it then
  const late = follows ? (await import("./late.js")).createLate(device) : undefined;
  const { cursor, rates } = tables;
  const same = { cursor, rates, software: device.info.software, variants, training, storeGradients };
  const parts = stacks.map((stack, k) => ({
    stack,
    before: stacks.slice(0, k).reduce((sum, other) => other.weights.reduce((all, weight) => all + weight, sum), 0),
    activations: keepActivations(device, stack, quads, training, name),
    stepSums: device.createBuffer(`${name}.stepSums`, "f32", steps * sums * stack.weights.length),
    weights: average && device.createBuffer("average.weights", "f32", Float32Array.from(stack.weights)),
  }));
  const allSums = [...parts.map(({ stepSums }) => stepSums), ...(average ? [average.sums] : [])];
  const contextsOf = (): StepPart[] =>
    parts.map(({ stack: { config, seeds, layers, skip }, activations, ...own }) => {
      return {
        ...same,
        ...own,
        config,
        seeds,
        layers,
        skip,
        members: own.stepSums.length / (steps * sums),
        activations: activations.fit(),
      };
    });
  let recording: Recording | undefined;
  let idle = false; // the tables are those of runSteps
  let passed: PassOptions | undefined; // the activations are those of its only step
  const begin = (firstStep: number, ratesOf: (step: number) => StepRates, row = 0) => {
    passed = undefined;
    writeTables(device, tables, { batch, samples, firstStep, row, rates: ratesOf });
    idle = false;
  };
  const chunksOf = (rows: Rows, order?: Uint32Array) => uploadSteps(device, data, tables, { batch, chunkSteps, rows, order });
  const release = () => {
    if (recording) device.release(recording);
    recording = undefined;
  };
  const outputsOf = () => parts.map(({ activations }) => activations.fit().y.at(-1) as DeviceBuffer);
  /** Runs a step and shows its outputs. The sums of the steps so far are read with them. */
  const runSeen = async (row: number, replayed: ReplayOptions, see: SeeOutputs) => {
    await device.run(runner.recording, 1, replayed);
    const own = average ? outputsOf() : [];
    const [z, ...read] = await device.read([runner.outputs, ...own, ...allSums]);
    const seen = { z, outputs, stride: 4 * quads, count: Math.min(batch, samples - row * batch) };
    see({ ...seen, ...(average && { members: { z: joined(read.slice(0, own.length)), weights } }) }, row * batch);
    return read.slice(own.length);
  };
  const runner: Runner = {
    steps,
    get recording() {
      return recording as Recording;
    },
    get outputs() {
      return average?.z ?? outputsOf()[0];
    },
    async record() {
      release();
      recording = await device.record(stepDispatches(contextsOf(), data, tables, { metrics, average, late: late?.after }));
    },
    async run({
      order,
      firstStep = 0,
      rows = [0, steps] as Rows,
      rates: ratesOf = () => NO_RATES,
      extra,
      see,
      ...replayed
    } = {}) {
      begin(firstStep, ratesOf, rows[0]);
      let seen: TypedData[] | undefined;
      for (const [from, to] of chunksOf(rows, order)) {
        if (!see) await device.run(runner.recording, to - from, replayed);
        for (let row = from; see && row < to; row++) seen = await runSeen(row, replayed, see);
      }
      const buffers = extra ? await extra() : [];
      const read = seen && !extra ? seen : await device.read([...allSums, ...buffers]);
      const ran = (all: TypedData, count: number) => all.subarray(rows[0] * sums * count, rows[1] * sums * count);
      const each = parts.map(({ stack: { weights } }, k) => ran(read[k], weights.length));
      const own = parts.flatMap(({ stack }, k) => addUp(each[k], sums, stack.weights.length));
      const all = average ? addUp(ran(read[parts.length], 1), sums, 1)[0] : meanOf(own);
      const stepLoss = each[0].filter((_, i) => i % sums === 0);
      const seenSamples = Math.min(samples, rows[1] * batch) - rows[0] * batch;
      return { sums: all, members: own, stepLoss, samples: seenSamples, extra: read.slice(allSums.length) };
    },
    async pass(after, options) {
      const contexts = contextsOf().map((context) => ({ ...context, still: true }));
      const [own, done] = [after(contexts[0]), passed === options];
      const once = await device.record(done ? own : stepDispatches(contexts, data, tables, { metrics, average, after: own }));
      const { order, steps: count, row = 0, firstStep, rates: ratesOf } = options;
      const end = Math.min(steps, row + count);
      if (done) await device.run(once, 1);
      else {
        for (const rows of [
          [row, end],
          [0, row + count - end],
        ] as const) {
          if (rows[0] === rows[1]) continue;
          begin(firstStep, ratesOf, rows[0]);
          for (const [from, to] of chunksOf(rows, order)) await device.run(once, to - from);
        }
      }
      passed = count === 1 ? options : undefined;
      device.release(once);
    },
    async runSteps(row, count, signal) {
      if (!idle) begin(0, () => NO_RATES);
      idle = true;
      passed = undefined;
      device.write(tables.counter, new Uint32Array([row]));
      await device.run(runner.recording, count, { signal });
    },
    dispose() {
      release();
      for (const { activations } of parts) activations.release();
      late?.release();
      const own = parts.flatMap(({ stepSums, weights }) => [stepSums, weights]);
      device.destroyBuffers([...Object.values(tables), ...own, ...Object.values(average ?? {})]);
    },
  };
  await runner.record();
  return runner;
}

/** The sums of all steps of each of `count` members, `sums` each. */
function addUp(all: TypedData, sums: number, count: number): number[][] {
  const members = Array.from({ length: count }, () => new Array<number>(sums).fill(0));
  for (const [i, value] of all.entries()) members[Math.floor(i / sums) % count][i % sums] += value;
  return members;
}

/** The mean of the members' sums. */
function meanOf(members: readonly (readonly number[])[]): number[] {
  return members[0].map((_, i) => members.reduce((total, own) => total + own[i], 0) / members.length);
}

/** The outputs of all stacks, one after the other. */
function joined(outputs: readonly TypedData[]): ArrayLike<number> {
  return outputs.length === 1 ? outputs[0] : Float64Array.from(outputs.flatMap((z) => [...z]));
}

/** Steps of a pass, and those whose samples are on the device together. Throws where there are none. */
function countSteps(
  stacks: readonly Network[],
  { samples, stream }: ResidentData,
  { batch, dropLast }: RunnerOptions,
  device: Device,
): { steps: number; chunkSteps: number } {
  checkInteger(batch, "batch", 1);
  const steps = dropLast ? Math.floor(samples / batch) : Math.ceil(samples / batch);
  check(steps > 0, "batch", () => {
    return `${batch} is above the ${samples} samples, and the last short batch is dropped: no step is left; use a smaller batch`;
  });
  for (const stack of stacks) checkBatch(device, columnSizes(stack), batch);
  const chunkSteps = stream ? Math.floor(stream.capacity / batch) : steps;
  check(chunkSteps > 0, "batch", () => {
    return `${batch} is above the ${stream?.capacity} samples that half of the device's memory for samples holds; use a smaller batch, or give it more memory`;
  });
  return { steps, chunkSteps };
}

/** Activations are not split: throws when the widest layer's do not fit into a binding, naming the largest batch that does. */
export function checkBatch({ limits }: Device, sizes: readonly number[], batch: number): void {
  const widest = maximum(sizes);
  const most = 4 * Math.floor(limits.bindingBytes / (16 * widest));
  check(batch <= most, "batch", () => {
    return `${batch} samples of ${widest} neurons take ${16 * widest * Math.ceil(batch / 4)} bytes, the device binds at most ${limits.bindingBytes}; ${most > 0 ? `use a batch of at most ${most}` : "use narrower layers"}`;
  });
}
