import type { Device } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { advance } from "../kernels/advance.js";
import { gather } from "../kernels/gather.js";
import { loss } from "../kernels/loss.js";
import { lossOf } from "../losses/index.js";
import type { MetricList } from "../metrics/metric.js";
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

/**
 * The dispatches of one step, in order. dx is taken before W changes, so each layer's backward comes before its update; with `after`, which comes
 * last, nothing is updated.
 */
export function stepDispatches(
  context: StepContext,
  data: ResidentData,
  { counter, schedule, rateTable, order, stepSums }: Tables,
  metrics: MetricList,
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
      params: { outputs: layers[layers.length - 1].out, stride, width: data.width },
      buffers: { cursor, order, targets: data.targets, z: outputs, delta: activations.delta[layers.length - 1], stepSums },
      pieces: { loss: lossOf(config.loss), metrics },
    }),
    ...(training
      ? indices.reverse().flatMap((i) => [...(i > 0 ? backward(context, i) : []), ...(after ? [] : update(context, i))])
      : []),
    ...(after ?? []),
  ];
}
