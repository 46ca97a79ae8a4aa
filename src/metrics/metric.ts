import type { Batch, Loss } from "../losses/loss.js";

/** What a metric sees that looks at all samples of a set together. */
export interface Outcome {
  /** [samples, outputs], sample by sample. */
  readonly z: Float32Array;
  /** [samples, width], likewise: of classification, class indices. */
  readonly targets: ArrayLike<number>;
  readonly samples: number;
  readonly outputs: number;
}

/**
 * How good a network's outputs are. `train({ metrics })` takes names of `METRICS`, or such objects.
 *
 * One that is a mean over samples has `wgsl` and `measure`: the device sums it beside the loss, which costs no read-back.
 * Any other has `over`. Evaluation then reads the outputs of every batch back, and none is told of the steps of an epoch.
 */
export interface Metric {
  /** Records have its values as `trainNAME`, `testNAME`, `validationNAME` and `runningNAME`: `testAccuracy`. */
  readonly name: string;
  /** What people are told; default its name. */
  readonly label?: string;
  /** Which of two values is the better one. */
  readonly better: "larger" | "smaller";
  /** Whether it is a fraction, told to people in per cent. */
  readonly fraction?: boolean;
  /** The least and the most that it may be, infinite where it has no bound; default 0 and 1 of a fraction. Intervals stay within. */
  readonly range?: MetricRange;
  /**
   * WGSL of `fn sampleMetric(b: u32) -> f32`, with what a `Loss` is written with, but for `setDelta`. Other names at the top must begin
   * with the metric's own.
   */
  readonly wgsl?: string;
  /** The same in TypeScript: the number of the sample in column b. */
  measure?(batch: Batch, b: number): number;
  /** What is told of the mean, such as its root; default the mean. It must be a finite number, as all values. */
  of?(mean: number): number;
  /** The same metric where targets are standardised, in their own units: `std` [width] are their deviations in training. */
  inUnits?(std: ArrayLike<number>): Metric;
  /** A finite number of all outputs together, computed on the host. A set for which there is none is refused. */
  over?(outcome: Outcome): number;
  /** Why it has no value on a set of these targets, whatever the outputs are: such a run is refused before it begins. */
  unfit?(targets: ArrayLike<number>, set: Pick<Outcome, "samples" | "outputs">): string | undefined;
  /** Whether it is told of in the place of the task's metrics, which may have no value on a set. */
  readonly alone?: boolean;
}

/** The least and the most that a metric may be. */
export type MetricRange = readonly [least: number, most: number];

/** How a metric is told of, however it is made. */
export type Told = Pick<Metric, "name" | "label" | "better" | "fraction" | "range">;

/** What people are told that a metric is called. */
export const labelOf = ({ label, name }: Told): string => label ?? name;

/** The least and the most that a metric may be. */
export const rangeOf = ({ fraction, range = fraction ? [0, 1] : [-Infinity, Infinity] }: Told): MetricRange => range;

/** A metric that the device sums. */
export type SummedMetric = Metric & Required<Pick<Metric, "wgsl" | "measure">>;

/** Whether the device sums a metric. */
export const isSummed = (metric: Metric): metric is SummedMetric => metric.measure !== undefined;

/** The value of a metric on all samples together, whether it is a mean over samples or not. */
export function valueOver(metric: Metric, outcome: Outcome): number {
  if (!isSummed(metric)) return metric.over?.(outcome) ?? Number.NaN;
  const { z, targets, samples, outputs } = outcome;
  const width = targets.length / samples;
  let sum = 0;
  for (let i = 0; i < samples; i++) {
    const row = z.subarray(i * outputs, (i + 1) * outputs);
    const largest = row.reduce((most, value, c) => (value > row[most] ? c : most), 0);
    const wanted = (t: number) => targets[i * width + t];
    sum += metric.measure({ z: row, outputs, stride: 1, count: 1, width, wanted, largest }, 0);
  }
  return metric.of ? metric.of(sum / samples) : sum / samples;
}

/** The metrics of a kernel, in the order of its sums. */
export interface MetricList {
  readonly name: string;
  readonly list: readonly SummedMetric[];
}

/** Those that the device sums, as one piece of a kernel. */
export function summedOf(metrics: readonly Metric[]): MetricList {
  const list = metrics.filter(isSummed);
  return { name: list.map(({ name }) => name).join("+"), list };
}

/**
 * WGSL of `sampleSums(b)`: the loss of a sample, then each metric. SUMS is how many these are. A loss that takes its batch as a whole adds to them what
 * `batchLoss` returns.
 */
export function sumsText({ wgsl: loss, whole }: Loss, { list }: MetricList): string {
  const texts = list.map(({ wgsl }, i) => wgsl.replaceAll("sampleMetric", `sampleMetric${i}`));
  const calls = [whole ? "0.0" : "sampleLoss(b)", ...list.map((_, i) => `sampleMetric${i}(b)`)];
  return `${loss}${texts.join("")}${whole ? "" : "\nfn batchLoss(local: u32) -> f32 { return 0.0; }"}
const SUMS = ${calls.length}u;
const WHOLE = ${whole !== undefined};
fn sampleSums(b: u32) -> array<f32, SUMS> { return array<f32, SUMS>(${calls.join(", ")}); }
`;
}
