import { constantFeatures } from "../data/constant.js";
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { fitStandardizer } from "../data/standardize.js";
import type { Metric } from "../metrics/metric.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { checkedTargets, type Targets } from "./checked.js";
import type { Outputs, Task } from "./task.js";

/** Mean and standard deviation of each target in the training part, [width]: (t - mean) / std is learnt, and outputs are mapped back. */
export interface TargetScale {
  readonly mean: FloatArray;
  readonly std: FloatArray;
}

/** Deviations that 32-bit floats hold with room for what is computed of them. */
const [LEAST, MOST] = [1e-30, 1e30];

/** Most deviations that a mean is from 0: of 32-bit outputs, 16 values in a deviation are left. */
const FARTHEST = 2 ** 20;

/**
 * The scale of the targets of a training part; undefined of a task that does not standardise them. Throws a usage error on a target that is
 * constant, whose deviation is beyond what 32 bits hold, or whose values 32 bits hardly tell apart, so far from 0 they are.
 */
export function fitTargets(task: Task, set: Dataset<SampleMatrix>, outputs: number): TargetScale | undefined {
  if (!task.scaled) return undefined;
  const { name, samples, targetNames } = set;
  const targets = Float64Array.from(checkedTargets(task, set, outputs) ?? []);
  const width = targets.length / samples;
  const called = (t: number) => `target "${targetNames?.[t] ?? t + 1}"`;
  const [constant] = constantFeatures(targets, width);
  check(constant === undefined, name, () => {
    return `${called(constant)} is ${targets[constant]} in all ${samples} training samples: there is nothing to learn; leave it out`;
  });
  const { mean, std } = fitStandardizer(targets, samples, width);
  const odd = std.findIndex((deviation) => !(deviation >= LEAST && deviation <= MOST));
  check(odd < 0, name, () => `${called(odd)} has a deviation of ${std[odd]}; give it in other units (task ${task.name})`);
  const far = std.findIndex((deviation, t) => Math.abs(mean[t]) > FARTHEST * deviation);
  check(far < 0, name, () => {
    return `${called(far)} is ${mean[far]} in the mean, with a deviation of ${std[far]}: 32-bit outputs do not tell its values apart; subtract a constant from it (task ${task.name})`;
  });
  return { mean, std };
}

/** Targets [samples, width] as a network is to come near them: standardised where there is a scale. */
export function learntTargets(targets: Targets, scale: TargetScale | undefined): Float32Array | Uint32Array | null {
  if (!scale || !targets) return targets as Float32Array | Uint32Array | null;
  const { mean, std } = scale;
  const width = mean.length;
  return Float32Array.from(targets, (target, k) => (target - mean[k % width]) / std[k % width]);
}

/** The outputs of a batch in the targets' own units, as doubles; those of an ensemble's members, too. */
export function inOwnUnits(batch: Outputs, scale: TargetScale | undefined): Outputs {
  if (!scale) return batch;
  const { z, outputs, stride, members } = batch;
  const width = scale.mean.length;
  const map = (values: ArrayLike<number>) =>
    Float64Array.from(values, (value, k) => {
      const t = Math.floor((Math.floor(k / stride) % outputs) * (width / outputs));
      return value * scale.std[t] + scale.mean[t];
    });
  return { ...batch, z: map(z), ...(members && { members: { ...members, z: map(members.z) } }) };
}

/** Metrics of errors, in the targets' own units. */
export function scaledMetrics(metrics: readonly Metric[], scale: TargetScale | undefined): readonly Metric[] {
  return scale ? metrics.map((metric) => metric.inUnits?.(scale.std) ?? metric) : metrics;
}
