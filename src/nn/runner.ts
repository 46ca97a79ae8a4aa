import type { Device, DeviceBuffer, Plan, ReplayOptions, TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { advance } from "../kernels/advance.js";
import { defaultVariants, type Variants } from "../kernels/candidates.js";
import { gather } from "../kernels/gather.js";
import { loss } from "../kernels/loss.js";
import { lossOf } from "../losses/index.js";
import { check, checkInteger } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { responseOf } from "./config.js";
import { mostPartials } from "./layer.js";
import type { Network } from "./network.js";
import { type Activations, backward, forward, type StepContext, update } from "./passes.js";
import type { ResidentData } from "./resident.js";
import { streamedPlaces } from "./streamed.js";

/** Learning rate of one step, and the optimiser's corrections. */
export type StepRates = readonly number[];

export interface RunnerOptions {
  readonly batch: number;
  readonly training: boolean;
  /** Leave the last short batch out (SET's authors do; everyone else trains on it). */
  readonly dropLast?: boolean;
  /** Store gradients in m instead of updating (tests). */
  readonly storeGradients?: boolean;
  /** How each kernel deals its work; by default as on an adapter that was never timed. */
  readonly variants?: Variants;
}

/** Loss and correct answers of a pass over the samples: sums over the samples that were seen. */
export interface PassResult {
  readonly loss: number;
  readonly correct: number;
  readonly samples: number;
  /** The loss of every step, summed over its batch; NaN where an output was not finite. */
  readonly stepLoss: TypedData;
  /** Contents of the extra buffers that were asked for. */
  readonly extra: readonly TypedData[];
}

/**
 * A pass over samples, as a plan that is recorded once a topology and replayed once a step: at most 3 L + 2 dispatches
 * in training, L + 3 in evaluation. Buffers are made here once; those that depend on layer sizes again by `record` where these changed.
 */
export interface Runner {
  readonly steps: number;
  readonly plan: Plan;
  /** The last layer's outputs [classes, stride] of the step that ran last. */
  readonly outputs: DeviceBuffer;
  /** The loss of every step, summed over its batch, where it has run. */
  readonly stepLoss: DeviceBuffer;
  /** Records anew, after layers changed. */
  record(): Promise<void>;
  /**
   * One pass in the order given (all samples, by default as stored): every step is queued, then one read-back fetches the metrics
   * and the buffers that `extra` gives, which it fills by running plans of its own after the steps.
   */
  run(
    options?: {
      order?: Uint32Array;
      firstStep?: number;
      rates?: (step: number) => StepRates;
      extra?: () => Promise<readonly DeviceBuffer[]>;
    } & ReplayOptions,
  ): Promise<PassResult>;
  /**
   * Replays the first `steps` steps in the order given, with what `after` gives in the place of the updates: weights stay, and the plan is
   * recorded for this once.
   */
  pass(
    after: (step: StepContext) => Dispatch[],
    options: { order: Uint32Array; steps: number; firstStep: number; rates: (step: number) => StepRates },
  ): Promise<void>;
  /**
   * Runs `count` steps from step `row` of the schedule with learning rate 0: for reading outputs, and for timing; of streamed samples on what
   * happens to be on the device.
   */
  runSteps(row: number, count: number, signal?: AbortSignal): Promise<void>;
  dispose(): void;
}

const NO_RATES: StepRates = [0, 1, 1, 1];

export async function createRunner(
  device: Device,
  network: Network,
  data: ResidentData,
  options: RunnerOptions,
): Promise<Runner> {
  const { batch, training } = options;
  checkInteger(batch, "batch", 1);
  const { samples } = data;
  const steps = options.dropLast ? Math.floor(samples / batch) : Math.ceil(samples / batch);
  check(
    steps > 0,
    "batch",
    () => `${batch} is above the ${samples} samples, and the last short batch is dropped: no step is left; use a smaller batch`,
  );
  const quads = Math.ceil(batch / 4);
  checkBatch(device, network, batch);
  const { stream } = data;
  /** Steps whose samples are on the device together. */
  const chunkSteps = stream ? Math.floor(stream.capacity / batch) : steps;
  check(chunkSteps > 0, "batch", () => {
    return `${batch} is above the ${stream?.capacity} samples that half of the device's memory for samples holds; use a smaller batch, or give it more memory`;
  });
  const asStored = Uint32Array.from({ length: samples }, (_, i) => i);
  const name = training ? "train" : "evaluate";
  const zeros = (part: string, type: "u32" | "f32", length: number) => device.createBuffer(`${name}.${part}`, type, length);
  const tables = {
    counter: zeros("counter", "u32", 1),
    schedule: zeros("schedule", "u32", 4 * steps),
    rateTable: zeros("rateTable", "f32", 4 * steps),
    cursor: zeros("cursor", "u32", 4),
    rates: zeros("rates", "f32", 4),
    order: device.createBuffer(
      `${name}.order`,
      "u32",
      stream ? streamedPlaces(samples, chunkSteps * batch, stream.capacity) : asStored,
    ),
    stepLoss: zeros("stepLoss", "f32", steps),
    stepCorrect: zeros("stepCorrect", "u32", steps),
  };
  let activations: Activations | undefined;
  let madeFor = "";
  let plan: Plan | undefined;

  const releasePlan = () => {
    if (plan) device.releasePlan(plan);
    plan = undefined;
  };
  const releaseActivations = () => {
    if (activations) device.destroyBuffers([...activations.y, ...activations.z, ...activations.delta, ...activations.partial]);
    activations = undefined;
  };
  // Kept where an evolution leaves all lengths: making them, of zeros, takes as long as a tenth of it.
  const fitActivations = () => {
    const lengths = activationLengths(network);
    if (activations && madeFor === lengths) return activations;
    releaseActivations();
    activations = createActivations(device, network, quads, training, name);
    madeFor = lengths;
    return activations;
  };

  let idle = false; // the tables are those of runSteps
  const writeTables = (firstStep: number, rates: (step: number) => StepRates) => {
    const schedule = new Uint32Array(4 * steps);
    const rateTable = new Float64Array(4 * steps);
    for (let row = 0; row < steps; row++) {
      schedule.set([row * batch, Math.min(batch, samples - row * batch), firstStep + row, row], 4 * row);
      rateTable.set(rates(firstStep + row), 4 * row);
    }
    device.write(tables.schedule, schedule);
    device.write(tables.rateTable, rateTable);
    device.write(tables.counter, new Uint32Array([0]));
  };

  const contextOf = (): StepContext => ({
    config: network.config,
    layers: network.layers,
    activations: fitActivations(),
    cursor: tables.cursor,
    rates: tables.rates,
    software: device.info.software,
    variants: options.variants ?? defaultVariants,
    training,
    storeGradients: options.storeGradients,
  });
  /** Replays a plan for steps from the first, as their samples come to the device. */
  const replay = async (step: Plan, count: number, order: Uint32Array | undefined, replayed: ReplayOptions) => {
    if (order && !stream) device.write(tables.order, order);
    idle = false;
    for (let done = 0; done < count; done += chunkSteps) {
      const some = Math.min(chunkSteps, count - done);
      const to = Math.min(samples, (done + some) * batch);
      stream?.upload(((done / chunkSteps) % 2) as 0 | 1, order ?? asStored, done * batch, to);
      await device.run(step, some, replayed);
    }
  };

  const runner: Runner = {
    steps,
    get plan() {
      return plan as Plan;
    },
    get outputs() {
      return (activations as Activations).y.at(-1) as DeviceBuffer;
    },
    stepLoss: tables.stepLoss,
    async record() {
      releasePlan();
      plan = await device.record(stepDispatches(contextOf(), data, tables));
    },
    async run({ order, firstStep = 0, rates = () => NO_RATES, extra, signal, hold } = {}) {
      writeTables(firstStep, rates);
      await replay(plan as Plan, steps, order, { signal, hold });
      const buffers = extra ? await extra() : [];
      const [stepLoss, stepCorrect, ...rest] = await device.read([tables.stepLoss, tables.stepCorrect, ...buffers]);
      return { loss: sum(stepLoss), correct: sum(stepCorrect), samples: Math.min(samples, steps * batch), stepLoss, extra: rest };
    },
    async pass(after, { order, steps: count, firstStep, rates }) {
      const context = contextOf();
      const once = await device.record(stepDispatches(context, data, tables, after(context)));
      writeTables(firstStep, rates);
      await replay(once, count, order, {});
      device.releasePlan(once);
    },
    async runSteps(row, count, signal) {
      if (!idle) writeTables(0, () => NO_RATES);
      idle = true;
      device.write(tables.counter, new Uint32Array([row]));
      await device.run(plan as Plan, count, { signal });
    },
    dispose() {
      releasePlan();
      releaseActivations();
      device.destroyBuffers(Object.values(tables));
    },
  };
  await runner.record();
  return runner;
}

/** Activations are not split: throws when the widest layer's do not fit into a binding, naming the largest batch that does. */
function checkBatch({ limits }: Device, { layers }: Network, batch: number): void {
  const widest = Math.max(layers[0].in, maximum(layers.map((layer) => layer.out)));
  const most = 4 * Math.floor(limits.bindingBytes / (16 * widest));
  check(
    batch <= most,
    "batch",
    () =>
      `${batch} samples of ${widest} neurons take ${16 * widest * Math.ceil(batch / 4)} bytes, the device binds at most ${limits.bindingBytes}; ${most > 0 ? `use a batch of at most ${most}` : "use narrower layers"}`,
  );
}

type Tables = Record<
  "counter" | "schedule" | "rateTable" | "cursor" | "rates" | "order" | "stepLoss" | "stepCorrect",
  DeviceBuffer
>;

/**
 * The dispatches of one step, in order. dx is taken before W changes, so each layer's backward comes before its update; with `after`, which comes
 * last, nothing is updated.
 */
function stepDispatches(
  context: StepContext,
  data: ResidentData,
  { counter, schedule, rateTable, order, stepLoss, stepCorrect }: Tables,
  after?: readonly Dispatch[],
): Dispatch[] {
  const { layers, activations, cursor, rates, training, config } = context;
  const stride = 4 * activations.quads;
  const indices = layers.map((_, i) => i);
  const x = activations.y[0];
  const outputs = activations.y[layers.length];
  return [
    advance.on({ params: { unused: 0 }, buffers: { counter, schedule, rateTable, cursor, rates } }),
    ...data.shards.map(({ start, end, data: shard }) =>
      gather.on({
        params: { features: data.features, stride, shardStart: start, shardEnd: end },
        buffers: { cursor, order, data: shard, x },
      }),
    ),
    ...indices.flatMap((i) => forward(context, i)),
    loss.on({
      params: { classes: layers[layers.length - 1].out, stride },
      buffers: {
        cursor,
        order,
        labels: data.labels,
        z: outputs,
        delta: activations.delta[layers.length - 1],
        stepLoss,
        stepCorrect,
      },
      pieces: { loss: lossOf(config.loss) },
    }),
    ...(training
      ? indices.reverse().flatMap((i) => [...(i > 0 ? backward(context, i) : []), ...(after ? [] : update(context, i))])
      : []),
    ...(after ?? []),
  ];
}

/** Names all that the lengths of a network's activations depend on besides the batch. */
function activationLengths({ layers }: Network): string {
  const parts = layers.flatMap((layer) => [layer.in, layer.out, mostPartials(layer, "rowCut"), mostPartials(layer, "colCut")]);
  return parts.join(" ");
}

/** The arrays of a batch of 4 `quads` samples, of zeros. */
export function createActivations(
  device: Device,
  { config, layers }: Pick<Network, "config" | "layers">,
  quads: number,
  training: boolean,
  name: string,
): Activations {
  const floats = (part: string, neurons: number) => device.createBuffer(`${name}.${part}`, "f32", neurons * 4 * quads);
  const optional = (part: string, rows: number) => (rows > 0 ? floats(part, rows) : null);
  const last = layers.length - 1;
  return {
    quads,
    y: [floats("x", layers[0].in), ...layers.map((layer, i) => floats(`y${i}`, layer.out))],
    z: layers.map((layer, i) => {
      const saved = training && responseOf(config, i, layers.length).savesZ ? layer.out : 0;
      return optional(`z${i}`, saved + mostPartials(layer, "rowCut"));
    }),
    delta: layers.map((layer, i) => (training || i === last ? floats(`delta${i}`, layer.out) : null)),
    partial: layers.map((layer, i) => (training && i > 0 ? optional(`partial${i}`, mostPartials(layer, "colCut")) : null)),
  };
}

function sum(values: TypedData): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += values[i];
  return total;
}
