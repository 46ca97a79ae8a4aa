import type { FloatArray } from "../util/types.js";
import type { Answer, Outputs } from "./task.js";

/** The first sample of the batch with an output that is not finite, -1 where there is none. */
export function findNotFinite({ z, outputs, stride, count }: Outputs): number {
  let wrong = -1;
  for (let c = 0; c < outputs; c++) {
    for (let b = 0; b < (wrong < 0 ? count : wrong); b++) if (!Number.isFinite(z[c * stride + b])) wrong = b;
  }
  return wrong;
}

/** Writes the index of each sample's largest output, the first of equals, to labels[start ...]. */
export function writeLargest({ z, outputs, stride, count }: Outputs, labels: Uint32Array, start: number): void {
  for (let b = 0; b < count; b++) {
    let largest = 0;
    for (let c = 1; c < outputs; c++) if (z[c * stride + b] > z[largest * stride + b]) largest = c;
    labels[start + b] = largest;
  }
}

/** Writes the softmax of each sample's outputs to probabilities[start ...] [samples, outputs], once it is known where they are largest. */
export function writeSoftmax(
  { z, outputs, stride, count }: Outputs,
  labels: Uint32Array,
  probabilities: FloatArray,
  start: number,
): void {
  const powers = new Float64Array(outputs);
  for (let b = 0; b < count; b++) {
    const largest = z[labels[start + b] * stride + b];
    let sum = 0;
    for (let c = 0; c < outputs; c++) {
      powers[c] = Math.exp(z[c * stride + b] - largest);
      sum += powers[c];
    }
    const at = (start + b) * outputs;
    for (let c = 0; c < outputs; c++) probabilities[at + c] = powers[c] / sum;
  }
}

/** The outputs of samples [samples, outputs], and their names. */
interface OutputAnswers {
  readonly outputs: readonly string[];
  readonly values: Float32Array;
}

/** The outputs of sample i. */
export function outputsOf({ outputs: { length }, values }: OutputAnswers, i: number): Answer {
  return { values: values.subarray(i * length, (i + 1) * length) };
}

/** Collects the outputs themselves. */
export const collectOutputs = (names: readonly string[], samples: number) =>
  collectInto(new Float32Array(samples * names.length), names);

/** The same as doubles: 32 bits round targets that are far from 0, and what is computed of them. */
export const collectDoubles = (names: readonly string[], samples: number) =>
  collectInto(new Float64Array(samples * names.length), names);

function collectInto<V extends FloatArray>(values: V, names: readonly string[]) {
  return {
    see({ z, outputs, stride, count }: Outputs, start: number): void {
      for (let b = 0; b < count; b++) {
        for (let c = 0; c < outputs; c++) values[(start + b) * outputs + c] = z[c * stride + b];
      }
    },
    result: (): { readonly outputs: readonly string[]; readonly values: V } => ({ outputs: names, values }),
  };
}

/** The outputs of member j of an ensemble. */
export function memberOf({ outputs, stride, count, members }: Outputs, j: number): Outputs {
  const from = j * outputs * stride;
  return { z: Array.prototype.slice.call(members?.z, from, from + outputs * stride), outputs, stride, count };
}

/** Whether every sample has the outputs `first` [outputs]. */
export function allEqual({ z, outputs, stride, count }: Outputs, first: Float64Array): boolean {
  for (let c = 0; c < outputs; c++) {
    for (let b = 0; b < count; b++) if (z[c * stride + b] !== first[c]) return false;
  }
  return true;
}

/** What to say of outputs that are the same for so many samples. */
export const nothingLearnt = (samples: number): string =>
  `the outputs are the same for all ${samples} samples: the network tells none apart and has learnt nothing; the likely causes are inputs that are not standardised, or a learning rate that is too high`;
