import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/loss.wgsl?raw";
import { defineKernel, type Pieces } from "../device/kernel.js";
import { crossEntropy } from "../losses/cross-entropy.js";
import type { Loss, LossBatch } from "../losses/loss.js";
import { accuracy } from "../metrics/accuracy.js";
import { type MetricList, summedOf, sumsText } from "../metrics/metric.js";

/** What the kernel is put together with. */
export interface LossPieces extends Pieces {
  readonly loss: Loss;
  readonly metrics: MetricList;
}

/**
 * Loss, output delta and metrics of one batch from the last layer's outputs z [outputs, stride] and the targets [samples, width]; the
 * equations are the loss's and the metrics' (src/losses, src/metrics). Overwrites delta (0 in the pad columns) and stepSums[row], sums over
 * the batch: of the loss (NaN when an output is not finite), then of each metric. The MEMBERS of an ensemble have the same outputs each: z
 * and delta [MEMBERS * outputs, stride], stepSums[row] [MEMBERS, sums]. With WEIGHTED 1 a sample's loss and delta are multiplied by its weight of
 * `weights` [samples, MEMBERS], its metrics are not. A loss that takes its batch as a whole sees the weights.
 * With INPUTS 1 targets are [width, stride] of the batch: its inputs, of a network that is to put them out again.
 */
export const loss = defineKernel({
  name: "loss",
  wgsl: common + shader,
  pieces: { loss: crossEntropy, metrics: summedOf([accuracy]) } as LossPieces,
  prelude: ({ loss, metrics }) => sumsText(loss, metrics),
  params: { outputs: "u32", stride: "u32", width: "u32" },
  bindings: {
    cursor: "uniform u32",
    order: "read u32",
    targets: "read f32",
    z: "read f32",
    delta: "write f32",
    stepSums: "write f32",
    weights: "read f32",
  },
  constants: { WG: 128, MEMBERS: 1, WEIGHTED: 0, INPUTS: 0 },
  workgroups: (_, { MEMBERS }) => MEMBERS,
  twin(
    { outputs, stride, width },
    { cursor, order, targets, z, delta, stepSums, weights },
    { MEMBERS, WEIGHTED, INPUTS },
    pieces,
  ) {
    const [start, count, , row] = cursor;
    const wanted = (t: number, b: number) => targets[INPUTS ? t * stride + b : order[start + b] * width + t];
    for (let member = 0; member < MEMBERS; member++) {
      const [own, ownDelta] = [z, delta].map((array) => array.subarray(member * outputs * stride));
      const weightOf = WEIGHTED ? (b: number) => weights[order[start + b] * MEMBERS + member] : null;
      const sums = batchSums({ z: own, delta: ownDelta, outputs, stride, count, width, wanted }, pieces, weightOf);
      stepSums.set(sums, (row * MEMBERS + member) * sums.length);
    }
  },
});

/** The sums of one network's batch; writes its delta. */
function batchSums(
  given: Omit<LossBatch, "largest">,
  { loss, metrics: { list } }: LossPieces,
  weightOf: ((b: number) => number) | null,
): number[] {
  const { z, delta, outputs, stride, count } = given;
  const batch = { ...given, largest: 0 };
  const sums = new Array<number>(1 + list.length).fill(0);
  let finite = true;
  for (let b = 0; b < stride; b++) {
    if (b >= count) {
      for (let c = 0; c < outputs; c++) delta[c * stride + b] = 0;
      continue;
    }
    let largest = 0;
    for (let c = 0; c < outputs; c++) {
      finite &&= Number.isFinite(z[c * stride + b]);
      if (z[c * stride + b] > z[largest * stride + b]) largest = c;
    }
    batch.largest = largest;
    if (loss.sample) {
      const weight = weightOf?.(b) ?? 1;
      sums[0] += weight * loss.sample(batch, b);
      for (let c = 0; weightOf && c < outputs; c++) delta[c * stride + b] *= weight;
    }
    for (let i = 0; i < list.length; i++) sums[1 + i] += list[i].measure(batch, b);
  }
  if (loss.whole && finite) sums[0] = loss.whole({ ...given, weight: weightOf ?? (() => 1) });
  if (!finite) sums[0] = Number.NaN;
  return sums;
}
