import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { advance } from "../kernels/advance.js";
import { average } from "../kernels/average.js";
import { derive } from "../kernels/derive.js";
import { gather } from "../kernels/gather.js";
import { loss } from "../kernels/loss.js";
import type { MetricList } from "../metrics/metric.js";
import { lossIn } from "./config.js";
import { inputDropoutOf, type StepContext } from "./context.js";
import { backward, forward, forwardSkip, hasBackward, update, updateSkip } from "./passes.js";
import type { ResidentData } from "./resident.js";

/** Learning rate of one step, and the optimiser's corrections. */
export type StepRates = readonly number[];

/** Which samples each step of a pass takes, and at which rates. */
export type Tables = ReturnType<typeof createTables>;

/** The tables of a pass of so many steps. */
export function createTables(device: Device, name: string, steps: number, order: Uint32Array) {
  const zeros = (part: string, type: "u32" | "f32", length: number) => device.createBuffer(`${name}.${part}`, type, length);
  return {
    counter: zeros("counter", "u32", 1),
    schedule: zeros("schedule", "u32", 4 * steps),
    rateTable: zeros("rateTable", "f32", 4 * steps),
    cursor: zeros("cursor", "u32", 4),
    rates: zeros("rates", "f32", 4),
    order: device.createBuffer(`${name}.order`, "u32", order),
  };
}

/** The average of the outputs of an ensemble's members by their weights, and its sums. */
export type Average = ReturnType<typeof createAverage>;

/** Outputs and deltas of a batch, and all sums of a pass. */
export function createAverage(device: Device, outputs: number, sums: number) {
  return {
    z: device.createBuffer("average.z", "f32", outputs),
    delta: device.createBuffer("average.delta", "f32", outputs),
    sums: device.createBuffer("average.sums", "f32", sums),
  };
}

/** Writes the batches and rates of a pass that begins with step `firstStep` of the run, and sets it to its step `row`. */
export function writeTables(
  device: Device,
  { schedule, rateTable, counter }: Tables,
  {
    batch,
    samples,
    firstStep,
    row: first,
    rates,
  }: { batch: number; samples: number; firstStep: number; row: number; rates: (step: number) => StepRates },
): void {
  const steps = schedule.length / 4;
  const cursors = new Uint32Array(4 * steps);
  const table = new Float64Array(4 * steps);
  for (let row = 0; row < steps; row++) {
    cursors.set([row * batch, Math.min(batch, samples - row * batch), firstStep + row, row], 4 * row);
    table.set(rates(firstStep + row), 4 * row);
  }
  device.write(schedule, cursors);
  device.write(rateTable, table);
  device.write(counter, new Uint32Array([first]));
}

/** A network in a step: its passes, and what its loss and its metrics come to. */
export interface StepPart extends StepContext {
  /** [steps, members, sums]: of the loss, then of each metric. */
  readonly stepSums: DeviceBuffer;
  /** Each member's share of the average. */
  readonly weights: DeviceBuffer | null;
  /** What those of the parts before it sum up to. */
  readonly before: number;
}

/** What a step has beside its passes. */
export interface StepParts {
  readonly metrics: MetricList;
  /** Of an ensemble that is evaluated. */
  readonly average: Average | null;
  /** Takes the place of the updates. */
  readonly after?: readonly Dispatch[];
  /** What follows the updates. */
  readonly late?: (part: StepContext) => Dispatch[];
}

/**
 * The dispatches of one step, in order: of a network, or in evaluation of each stack of an ensemble. dx is taken before W changes, so each layer's
 * backward comes before its update; with `after`, which comes last, nothing is updated.
 */
export function stepDispatches(
  parts: readonly StepPart[],
  data: ResidentData,
  tables: Tables,
  { metrics, average: averaged, after, late }: StepParts,
): Dispatch[] {
  const [first] = parts;
  const { cursor, rates, training } = first;
  const { counter, schedule, rateTable } = tables;
  const indices = first.layers.map((_, i) => i).reverse();
  return [
    advance.on({ params: { unused: 0 }, buffers: { counter, schedule, rateTable, cursor, rates } }),
    ...parts.flatMap((part) => [
      ...gatherInputs(part, data, tables),
      ...part.layers.flatMap((_, i) => forward(part, i)),
      ...(part.skip ? forwardSkip(part) : []),
      lossOn(part, data, tables, metrics, own(part)),
      ...(averaged ? [averageOn(part, averaged)] : []),
    ]),
    ...(averaged ? [lossOn(first, data, tables, metrics, { ...averaged, members: 1 })] : []),
    ...(training
      ? indices.flatMap((i) => [...(hasBackward(first, i) ? backward(first, i) : []), ...(after ? [] : update(first, i))])
      : []),
    ...(first.skip && training && !after ? updateSkip(first) : []),
    ...(after ?? (training && late ? late(first) : [])),
  ];
}

function gatherInputs(part: StepPart, { shards, features }: ResidentData, { order }: Tables): Dispatch[] {
  const { cursor, activations } = part;
  const stride = 4 * activations.quads;
  const into = (x: DeviceBuffer) =>
    shards.map(({ start, end, data }) =>
      gather.on({ params: { features, stride, shardStart: start, shardEnd: end }, buffers: { cursor, order, data, x } }),
    );
  const { whole, y } = activations;
  return [...(whole ? into(whole) : []), ...into(y[0]), ...hideInputs(part, features)];
}

/** Hides some of the batch's inputs: the kernel multiplies them by the mask. */
function hideInputs(part: StepPart, neurons: number): Dispatch[] {
  const { DROPOUT, ...mask } = inputDropoutOf(part);
  if (DROPOUT === 0) return [];
  const { quads, y } = part.activations;
  const buffers = { cursor: part.cursor, saved: null, dx: y[0] };
  return [derive.on({ params: { neurons, quads, alpha: 0, ...mask }, buffers, constants: { DROPOUT } })];
}

/** Outputs whose loss and metrics are taken, and where these go. */
interface Measured {
  readonly z: DeviceBuffer;
  readonly delta: DeviceBuffer | null;
  readonly sums: DeviceBuffer;
  readonly members: number;
}

/** What each member of a stack puts out. */
const own = ({ activations: { y, delta }, layers: { length }, stepSums, members }: StepPart): Measured => {
  return { z: y[length], delta: delta[length - 1], sums: stepSums, members };
};

const outputsOf = ({ layers, members }: StepPart) => layers[layers.length - 1].out / members;

/** Loss, metrics and deltas of outputs; in training by the samples' weights. */
function lossOn(
  part: StepPart,
  { width, targets, weights: given }: ResidentData,
  { order }: Tables,
  metrics: MetricList,
  { z, delta, sums: stepSums, members: MEMBERS }: Measured,
): Dispatch {
  const { cursor, config, activations, training } = part;
  const weights = training ? given : null;
  return loss.on({
    params: { outputs: outputsOf(part), stride: 4 * activations.quads, width },
    buffers: { cursor, order, targets: targets ?? activations.whole ?? activations.y[0], z, delta, stepSums, weights },
    constants: { MEMBERS, WEIGHTED: weights ? 1 : 0, INPUTS: targets ? 0 : 1 },
    pieces: { loss: lossIn(config, training), metrics },
  });
}

/** The members of a stack in the average, which others may have begun. */
function averageOn(part: StepPart, { z: y }: Average): Dispatch {
  const { activations, layers, weights, before, config, members } = part;
  const { average: what, of } = lossIn(config, false);
  const OF = what !== "probabilities" ? 0 : of === "labels" ? 2 : 1;
  return average.on({
    params: { outputs: outputsOf(part), stride: 4 * activations.quads, before },
    buffers: { z: activations.y[layers.length], weights, y },
    constants: { MEMBERS: members, OF },
  });
}
