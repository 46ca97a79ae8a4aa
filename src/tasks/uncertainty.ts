import { softmaxOfRows } from "../metrics/classes/rows.js";
import type { MemberOutputs, Outputs } from "./task.js";

/** How unsure an ensemble is of each sample, [samples], in nats. */
export interface Uncertainty {
  /** H(p) of the averaged probabilities p: 0 where it is sure, ln(classes) where it knows nothing. */
  readonly entropy: Float32Array;
  /**
   * The part of the entropy that is disagreement between members, H(p) - sum_j w_j H(p_j), with w_j their weights in the average. It is the mutual
   * information of the class and the member (Depeweg et al. 2018, section 3). The rest is what each of them is unsure of.
   */
  readonly disagreement: Float32Array;
}

/** Writes the uncertainty of each sample of a batch, from `start` on, whose members' outputs are z [members * outputs, stride]. */
export function writeUncertainty(
  { outputs, stride, count }: Outputs,
  { z, weights }: MemberOutputs,
  { entropy, disagreement }: Uncertainty,
  start: number,
): void {
  for (let b = 0; b < count; b++) {
    const mean = new Float64Array(outputs);
    let each = 0;
    for (const [j, weight] of weights.entries()) {
      const own = Float64Array.from({ length: outputs }, (_, c) => z[(j * outputs + c) * stride + b]);
      const p = softmaxOfRows(own, outputs);
      each += weight * entropyOf(p);
      for (let c = 0; c < outputs; c++) mean[c] += weight * p[c];
    }
    entropy[start + b] = entropyOf(mean);
    disagreement[start + b] = Math.max(0, entropyOf(mean) - each); // below 0 by rounding alone: entropy is concave
  }
}

/** The same of each label by itself, with or without it: an `Uncertainty` for each output. */
export function writeLabelUncertainty(
  { stride, count }: Outputs,
  { z, weights }: MemberOutputs,
  labels: readonly Uncertainty[],
  start: number,
): void {
  for (const [c, { entropy, disagreement }] of labels.entries()) {
    for (let b = 0; b < count; b++) {
      let [mean, own] = [0, 0];
      for (const [j, weight] of weights.entries()) {
        const p = 1 / (1 + Math.exp(-z[(j * labels.length + c) * stride + b]));
        mean += weight * p;
        own += weight * entropyOf(Float64Array.of(p, 1 - p));
      }
      const whole = entropyOf(Float64Array.of(mean, Math.max(0, 1 - mean))); // weights of 32 bits may sum to more than 1
      entropy[start + b] = whole;
      disagreement[start + b] = Math.max(0, whole - own);
    }
  }
}

/** -sum p ln p; 0 ln 0 is 0. */
function entropyOf(p: Float64Array): number {
  return p.reduce((sum, value) => sum - (value > 0 ? value * Math.log(value) : 0), 0);
}
