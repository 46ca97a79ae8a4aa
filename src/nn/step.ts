import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { advance } from "../kernels/advance.js";
import { average } from "../kernels/average.js";
import { gather } from "../kernels/gather.js";
import { loss } from "../kernels/loss.js";
import type { MetricList } from "../metrics/metric.js";
import { lossIn } from "./config.js";
import { backward, forward, type StepContext, update } from "./passes.js";
import type { ResidentData } from "./resident.js";

/** Learning rate of one step, and the optimiser's corrections. */
export type StepRates = readonly number[];

/** Which samples each step of a pass takes, at which rates, and what its steps bring back. */
export type Tables = ReturnType<typeof createTables>;

/** The tables of a pass of so many steps, each with `sums` sums: of the loss, then of each metric. */
export function createTables(device: Device, name: string, steps: number, order: Uint32Array, sums: number) {
  const zeros = (part: string, type: "u32" | "f32", length: number) => device.createBuffer(`${name}.${part}`, type, length);
  return {
    counter: zeros("counter", "u32", 1),
    schedule: zeros("schedule", "u32", 4 * steps),
    rateTable: zeros("rateTable", "f32", 4 * steps),
    cursor: zeros("cursor", "u32", 4),
    rates: zeros("rates", "f32", 4),
    order: device.createBuffer(`${name}.order`, "u32", order),
    stepSums: zeros("stepSums", "f32", steps * sums),
  };
}

/** What averages the outputs of an ensemble's members by their weights, and the sums of the average. */
export type Average = ReturnType<typeof createAverage>;

/** Of `members` with equal weights: outputs and deltas of a batch, and all sums of a pass. */
export function createAverage(device: Device, members: number, outputs: number, sums: number) {
  const weights = new Float32Array(members).fill(1 / members);
  return {
    weights: device.createBuffer("average.weights", "f32", weights),
    z: device.createBuffer("average.z", "f32", outputs),
    delta: device.createBuffer("average.delta", "f32", outputs),
    sums: device.createBuffer("average.sums", "f32", sums),
  };
}

/** Writes the batches and rates of a pass that begins with step `firstStep` of the run, and sets it to its start. */
export function writeTables(
  device: Device,
  { schedule, rateTable, counter }: Tables,
  { batch, samples, firstStep, rates }: { batch: number; samples: number; firstStep: number; rates: (step: number) => StepRates },
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
  device.write(counter, new Uint32Array([0]));
}

/** What a step has beside its passes. */
export interface StepParts {
  readonly metrics: MetricList;
  /** Of an ensemble that is evaluated. */
  readonly average: Average | null;
  /** Takes the place of the updates. */
  readonly after?: readonly Dispatch[];
}

/**
 * The dispatches of one step, in order. dx is taken before W changes, so each layer's backward comes before its update; with `after`, which comes
 * last, nothing is updated.
 */
export function stepDispatches(
  context: StepContext,
  data: ResidentData,
  tables: Tables,
  { metrics, average: averaged, after }: StepParts,
): Dispatch[] {
  const { layers, activations, cursor, rates, training } = context;
  const { counter, schedule, rateTable, order } = tables;
  const stride = 4 * activations.quads;
  const indices = layers.map((_, i) => i);
  const x = activations.y[0];
  return [
    advance.on({ params: { unused: 0 }, buffers: { counter, schedule, rateTable, cursor, rates } }),
    ...data.shards.map(({ start, end, data: shard }) =>
      gather.on({
        params: { features: data.features, stride, shardStart: start, shardEnd: end },
        buffers: { cursor, order, data: shard, x },
      }),
    ),
    ...indices.flatMap((i) => forward(context, i)),
    ...measure(context, data, tables, metrics, averaged),
    ...(training
      ? indices.reverse().flatMap((i) => [...(i > 0 ? backward(context, i) : []), ...(after ? [] : update(context, i))])
      : []),
    ...(after ?? []),
  ];
}

/** Loss and metrics of each member's outputs, and of their average. */
function measure(
  { layers, activations, cursor, config, members, training }: StepContext,
  { width, targets }: ResidentData,
  { order, stepSums }: Tables,
  metrics: MetricList,
  averaged: Average | null,
): Dispatch[] {
  const stride = 4 * activations.quads;
  const outputs = layers[layers.length - 1].out / members;
  const pieces = { loss: lossIn(config, training), metrics };
  const z = activations.y[layers.length];
  const of = (z: DeviceBuffer, delta: DeviceBuffer | null, stepSums: DeviceBuffer, MEMBERS: number) =>
    loss.on({
      params: { outputs, stride, width },
      buffers: { cursor, order, targets, z, delta, stepSums },
      constants: { MEMBERS },
      pieces,
    });
  const own = of(z, activations.delta[layers.length - 1], stepSums, members);
  if (!averaged) return [own];
  const { weights, z: y } = averaged;
  const SOFTMAX = pieces.loss.average === "probabilities" ? 1 : 0;
  return [
    own,
    average.on({ params: { outputs, stride }, buffers: { z, weights, y }, constants: { MEMBERS: members, SOFTMAX } }),
    of(y, averaged.delta, averaged.sums, 1),
  ];
}
