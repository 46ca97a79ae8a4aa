/** Outputs z [classes, stride] of a batch: those of sample b are z[c * stride + b]. Columns from `count` on are padding. */
export interface Outputs {
  readonly z: ArrayLike<number>;
  readonly classes: number;
  readonly stride: number;
  readonly count: number;
}

/**
 * Writes the class of each sample's largest output, the first of equals, to labels[start ...]. Returns the first sample of the batch with an
 * output that is not finite, -1 where there is none.
 */
export function writeLargest({ z, classes, stride, count }: Outputs, labels: Uint32Array, start: number): number {
  let wrong = -1;
  const largest = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (let c = 0; c < classes; c++) {
    for (let b = 0; b < count; b++) {
      const value = z[c * stride + b];
      if (!Number.isFinite(value) && (wrong < 0 || b < wrong)) wrong = b;
      if (!(value > largest[b])) continue;
      largest[b] = value;
      labels[start + b] = c;
    }
  }
  return wrong;
}

/** Writes the softmax of each sample's outputs to probabilities[start ...] [samples, classes], once it is known where they are largest. */
export function writeSoftmax(
  { z, classes, stride, count }: Outputs,
  labels: Uint32Array,
  probabilities: Float32Array,
  start: number,
): void {
  const powers = new Float64Array(classes);
  for (let b = 0; b < count; b++) {
    const largest = z[labels[start + b] * stride + b];
    let sum = 0;
    for (let c = 0; c < classes; c++) {
      powers[c] = Math.exp(z[c * stride + b] - largest);
      sum += powers[c];
    }
    const at = (start + b) * classes;
    for (let c = 0; c < classes; c++) probabilities[at + c] = powers[c] / sum;
  }
}

/** Whether every sample has the outputs `first` [classes]. */
export function allEqual({ z, classes, stride, count }: Outputs, first: Float64Array): boolean {
  for (let c = 0; c < classes; c++) {
    for (let b = 0; b < count; b++) if (z[c * stride + b] !== first[c]) return false;
  }
  return true;
}
