import type { Dataset } from "../data/dataset.js";
import { plainName } from "../data/names.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import { lossesOf } from "../losses/index.js";
import { mae } from "../metrics/mae.js";
import type { Metric, Outcome } from "../metrics/metric.js";
import { rmse } from "../metrics/rmse.js";
import { quantile } from "../util/quantile.js";
import { allEqual, nothingLearnt } from "./answers.js";
import type { Answer, Collector, Outputs, Task } from "./task.js";

/** What an autoencoder makes of samples, in order. */
export interface ReconstructionAnswers {
  /** The features' names. */
  readonly outputs: readonly string[];
  /** [samples] how far each is from what the network makes of it: see `sampleError`. Large ones are unlike those trained on. */
  readonly error: Float32Array;
  /** Some of their values, at most 2,000, evenly spaced over samples and features: as the network gets them, and what it makes of them. */
  readonly rebuilt: { readonly truth: Float32Array; readonly found: Float32Array };
}

/** What an evaluation of an autoencoder has beside loss and metrics. */
export interface ReconstructionReport {
  /**
   * 1 - sum (z - x)^2 / sum (x - mean)^2 over samples and features, with the mean of each feature over these samples; null where no feature varies.
   * Below 0 these means would be nearer than the outputs.
   */
  readonly explained: number | null;
  /** The errors below which 50 and 95 % of them lie, interpolated linearly, and the largest. */
  readonly errors: { readonly median: number; readonly most95: number; readonly largest: number };
  readonly notes: readonly string[];
}

/** `ReconstructionReport.explained` of outputs that are all there, as resamples of them are. */
const explained: Metric = {
  name: "explained",
  label: "variance explained",
  better: "larger",
  fraction: true,
  over({ z, targets, samples, outputs }) {
    const wrong = z.reduce((sum, value, k) => sum + (value - targets[k]) ** 2, 0);
    return 1 - wrong / variedOf(targets, { samples, outputs });
  },
  unfit: (targets, set) => (variedOf(targets, set) > 0 ? undefined : "no feature varies"),
};

/** Sum (x - mean)^2 over samples and features, with the mean of each feature. */
function variedOf(x: ArrayLike<number>, { samples, outputs }: Pick<Outcome, "samples" | "outputs">): number {
  let varied = 0;
  for (let c = 0; c < outputs; c++) {
    let mean = 0;
    for (let i = 0; i < samples; i++) mean += x[i * outputs + c] / samples;
    for (let i = 0; i < samples; i++) varied += (x[i * outputs + c] - mean) ** 2;
  }
  return varied;
}

/**
 * Outputs are to come near the inputs, as the network gets them: an autoencoder, which needs no labels. Hidden layers are narrower, sparse, or see
 * only a part of the inputs (`inputDropout`), so that it cannot just copy them.
 */
export const reconstruct: Task = {
  name: "reconstruct",
  called: "features",
  losses: lossesOf("targets"),
  metrics: [rmse, mae],
  outputs: namesOf,
  width: (outputs) => outputs,
  targets: "inputs",
  answers(outputs, samples): Collector & { result(): ReconstructionAnswers } {
    const error = new Float32Array(samples);
    const every = spacing(samples, outputs.length);
    const shown = Math.ceil((samples * outputs.length) / every);
    const [truth, found] = [new Float32Array(shown), new Float32Array(shown)];
    return {
      see(batch, start) {
        for (let b = 0; b < batch.count; b++) {
          error[start + b] = sampleError(batch, b);
          const x = batch.input?.(b) ?? [];
          const from = (start + b) * outputs.length;
          for (let k = Math.ceil(from / every); k * every < from + outputs.length; k++) {
            const c = k * every - from;
            [truth[k], found[k]] = [x[c], batch.z[c * batch.stride + b]];
          }
        }
      },
      result: () => ({ outputs, error, rebuilt: { truth, found } }),
    };
  },
  answer: ({ error }: ReconstructionAnswers, i): Answer => ({ error: error[i] }),
  measures: (names) => collectReport(names.length),
  told: [rmse, mae, explained],
  onnx(graph, z, names, x) {
    graph.node("Identity", [z], "values");
    const difference = graph.node("Sub", [z, x], "error.difference");
    const square = graph.node("Mul", [difference, difference], "error.square");
    const share = graph.tensor("error.share", [names.length], new Float32Array(names.length).fill(1 / names.length));
    graph.node("Sqrt", [graph.node("MatMul", [square, share], "error.mean")], "error");
    return [
      { name: "error", type: "float", dims: ["batch"] },
      { name: "values", type: "float", dims: ["batch", names.length] },
    ];
  },
};

/** Values that a chart of them draws. */
const MOST_VALUES = 2000;

/** Of how many values one is drawn: without a factor in common with the features, so that it is the turn of each of them. */
function spacing(samples: number, features: number): number {
  const common = (a: number, b: number): number => (b === 0 ? a : common(b, a % b));
  let every = Math.ceil((samples * features) / MOST_VALUES);
  while (every > 1 && common(every, features) > 1) every++;
  return every;
}

/** The names of the features; where two are alike their places. */
function namesOf({ featureNames, features }: Dataset<SampleMatrix>): readonly string[] {
  if (featureNames && new Set(featureNames).size === features) return featureNames;
  return Array.from({ length: features }, (_, j) => plainName(undefined, j));
}

/** The root of the mean over the features of (z - x)^2, of the sample in column b, as the network gets its inputs: deviations where they are standardised. */
function sampleError({ z, outputs, stride, input }: Outputs, b: number): number {
  const x = input?.(b) ?? [];
  let sum = 0;
  for (let c = 0; c < outputs; c++) sum += (z[c * stride + b] - x[c]) ** 2;
  return Math.sqrt(sum / outputs);
}

/** Collects the errors of samples, and how much their features vary: mean and squares by Welford's update, which large means do not disturb. */
function collectReport(features: number): Collector & { result(): ReconstructionReport } {
  const [mean, squares] = [new Float64Array(features), new Float64Array(features)];
  const errors: number[] = [];
  let first: Float64Array | undefined;
  let constant = true;
  return {
    see(batch) {
      const { z, stride, count, input } = batch;
      first ??= Float64Array.from({ length: features }, (_, c) => z[c * stride]);
      constant &&= allEqual(batch, first);
      for (let b = 0; b < count; b++) {
        errors.push(sampleError(batch, b));
        const x = input?.(b) ?? [];
        for (let c = 0; c < features; c++) {
          const from = x[c] - mean[c];
          mean[c] += from / errors.length;
          squares[c] += from * (x[c] - mean[c]);
        }
      }
    },
    result() {
      const varied = squares.reduce((sum, square) => sum + square, 0);
      const wrong = features * errors.reduce((sum, error) => sum + error * error, 0);
      const explained = varied > 0 ? 1 - wrong / varied : null;
      const ordered = errors.toSorted((a, b) => a - b);
      return {
        explained,
        errors: { median: quantile(ordered, 0.5), most95: quantile(ordered, 0.95), largest: quantile(ordered, 1) },
        notes: [
          ...(constant && errors.length > 1 ? [nothingLearnt(errors.length)] : []),
          ...(explained !== null && explained <= 0 && errors.length > 1
            ? ["the means of these samples' features are as near to them as the model's outputs, or nearer"]
            : []),
        ],
      };
    },
  };
}
