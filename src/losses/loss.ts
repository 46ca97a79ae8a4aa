import type { FloatArray } from "../util/types.js";

/** A batch as losses and metrics see it: outputs z [outputs, stride], of which the first `count` columns are samples. */
export interface Batch {
  readonly z: FloatArray;
  readonly outputs: number;
  readonly stride: number;
  readonly count: number;
  /** Targets of a sample. */
  readonly width: number;
  /** Target t of the sample in column b: of classification the only one, t = 0, is its class. */
  wanted(t: number, b: number): number;
  /** The largest output, the first of equals, of the sample that is looked at. */
  readonly largest: number;
}

/** A batch with the delta [outputs, stride] that a loss writes. */
export interface LossBatch extends Batch {
  readonly delta: FloatArray;
}

/** A batch of a loss that couples samples. */
export interface WholeBatch extends Omit<LossBatch, "largest"> {
  /** What the sample in column b counts. */
  weight(b: number): number;
}

/**
 * What training makes small: the mean of a number per sample. It is an object with its own behaviour: WGSL text for the GPU, a twin in
 * TypeScript for the CPU and the tests. `train({ loss })` takes a name of `LOSSES`, or such an object.
 */
export interface Loss {
  readonly name: string;
  /** What people are told; default its name. */
  readonly label?: string;
  /**
   * WGSL of `fn sampleLoss(b: u32) -> f32`, which returns the loss of the sample in column b. It gives each output c its delta by
   * `setDelta(c, b, value)`: the derivative by z[c, b] of the mean over the batch, so divided by `f32(cursor.count)`.
   * It reads outputs by `output(c, b)` and targets by `wanted(t, b)`; `classOf(b)` is the first target as an index.
   * `params.outputs` is the number of outputs, `params.width` that of targets, and `largest` the largest of them, the first of equals.
   * A loss that couples samples reads other columns, up to `cursor.count`, and gives each its own share.
   * Other names at the top must begin with the loss's own.
   *
   * With `whole` it is WGSL of `fn batchLoss(local: u32) -> f32` in its place. All WG invocations of a workgroup call it together, so that it may have
   * barriers. It gives every output of every sample its delta, in which it may keep numbers until then, multiplied by `weightOf(b)`, what the
   * sample counts. It returns what invocation `local` adds to the batch's sum.
   */
  readonly wgsl: string;
  /** The same in TypeScript: writes delta[c stride + b] for every output c, and returns the loss. */
  sample?(batch: LossBatch, b: number): number;
  /**
   * Of a loss that takes its batch as a whole, in the place of `sample`: writes delta of every output and sample, and returns the sum over the batch.
   * A batch is then the whole training part where none is chosen. Sets are evaluated whole, by this on the host, never as a mean of batches.
   */
  whole?(batch: WholeBatch): number;
  /** Of such a loss: a number of a sample's targets by which the samples of a batch stand, ascending. */
  sortBy?(wanted: (t: number) => number): number;
  /** The same loss of smoothed labels: a share `by` of each label, above 0, is spread evenly over all classes. Without it labels stay as they are. */
  smoothed?(by: number): Loss;
  /** What it holds outputs against: the class of a sample (default), numbers, times of events, or labels that are 0 or 1 each. */
  readonly of?: "classes" | "targets" | "times" | "labels";
  /** Of a loss of classes, the loss of that name where outputs are to come near targets, and not to tell classes; default itself. */
  readonly ofTargets?: Loss;
  /** What an ensemble averages of its members: the outputs (default), or their probabilities, of classes by softmax, of labels 1 / (1 + exp(-z)). */
  readonly average?: "probabilities" | "outputs";
}
