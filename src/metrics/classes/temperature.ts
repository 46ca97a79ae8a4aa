import type { FloatArray } from "../../util/types.js";
import { checkProbabilities } from "./check.js";
import { LEAST, logLoss } from "./probabilities.js";
import { largestOfRows, softmaxOfRows } from "./rows.js";

/** Temperatures that are looked at. Where samples are all told right, or no better than by chance, there is no least log loss between. */
export const TEMPERATURES = { least: 1 / 20, most: 20 } as const;

/** What a classifier's outputs are divided by before softmax, and what that does to the log loss that it was fitted on. */
export interface Calibration {
  /** T: above 1 the probabilities were too sure, below 1 not sure enough. */
  readonly temperature: number;
  readonly before: number;
  readonly after: number;
}

/**
 * The temperature T from 1/20 to 20 that makes the log loss of softmax(z / T) least (Guo et al. 2017, section 4.2), from probabilities
 * [samples, classes] = softmax(z) of samples that were not trained on, and their labels [samples]. No sample is taken for another class by it. In
 * b = 1 / T the loss is convex, with the derivative mean of (sum over classes of p_c ln p_c - ln p_y), p being softmax(b z): Newton's steps, and halves of the range
 * that is left where they leave it. Throws a usage error on what `logLoss` refuses.
 */
export function fitTemperature(probabilities: FloatArray, labels: ArrayLike<number>, classes: number): Calibration {
  checkProbabilities(probabilities, labels, classes, "fitTemperature");
  const z = Float64Array.from(probabilities, (p) => Math.log(Math.max(LEAST, p)));
  return { ...fitOutputs(z, labels, classes), before: logLoss(probabilities, labels, classes) };
}

/** `fitTemperature` of outputs z [samples, classes] themselves: their probabilities do not tell how far below 2^-126 one is. */
export function fitOutputs(outputs: FloatArray, labels: ArrayLike<number>, classes: number): Calibration {
  const largest = largestOfRows(outputs, classes);
  const z = Float64Array.from(outputs, (value, k) => {
    const i = Math.floor(k / classes);
    return value - outputs[i * classes + largest[i]];
  });
  let [low, high, b] = [1 / TEMPERATURES.most, 1 / TEMPERATURES.least, 1];
  for (let step = 0; step < 100 && high - low > 1e-12 * low; step++) {
    const { slope, curvature } = derivatives(z, labels, classes, b);
    if (slope > 0) high = b;
    else low = b;
    const newton = b - slope / curvature;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - b) < 1e-12 * b) break;
    b = next;
  }
  const [first, last] = [1 / TEMPERATURES.most, 1 / TEMPERATURES.least];
  const inverse = Math.abs(b - first) < 1e-9 ? first : Math.abs(b - last) < 1e-9 ? last : b;
  const lossAt = (b: number) => {
    const cooled = z.map((value) => b * value);
    return logLoss(softmaxOfRows(cooled, classes), labels, classes);
  };
  return { temperature: 1 / inverse, before: lossAt(1), after: lossAt(inverse) };
}

/** The first two derivatives of the mean log loss of softmax(b z) by b. */
function derivatives(z: Float64Array, labels: ArrayLike<number>, classes: number, b: number) {
  const p = softmaxOfRows(
    z.map((value) => b * value),
    classes,
  );
  let [slope, curvature] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    let [mean, square] = [0, 0];
    for (let c = i * classes; c < (i + 1) * classes; c++) {
      mean += p[c] * z[c];
      square += p[c] * z[c] * z[c];
    }
    slope += mean - z[i * classes + labels[i]];
    curvature += square - mean * mean;
  }
  return { slope: slope / labels.length, curvature: curvature / labels.length };
}
