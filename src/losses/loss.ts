import type { FloatArray } from "../util/types.js";

/** A batch as a loss sees it: outputs z and their delta, [classes, stride], of which the first `count` columns are samples. */
export interface LossBatch {
  readonly z: FloatArray;
  readonly delta: FloatArray;
  readonly classes: number;
  readonly stride: number;
  readonly count: number;
}

/**
 * What training makes small: the mean of a number per sample. It is an object with its own behaviour: WGSL text for the GPU, a twin in
 * TypeScript for the CPU and the tests. `train({ loss })` takes a name of `LOSSES`, or such an object.
 */
export interface Loss {
  readonly name: string;
  /**
   * WGSL of `fn sampleLoss(b: u32, label: u32, largest: f32) -> f32`, which returns the loss of sample b. It gives each output c its delta
   * by `setDelta(c, b, value)`: the derivative by z[c, b] of the mean over the batch, so divided by `f32(cursor.count)`.
   * It reads outputs by `output(c, b)`. `params.classes` is their number and `largest` the largest of them.
   * Other names at the top must begin with the loss's own.
   */
  readonly wgsl: string;
  /** The same in TypeScript: writes delta[c stride + b] for every class c, and returns the loss. */
  sample(batch: LossBatch, b: number, label: number, largest: number): number;
}
