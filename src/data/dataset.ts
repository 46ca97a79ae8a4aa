import type { FloatArray } from "../util/types.js";
import type { Part } from "./formats/read-options.js";
import type { TableLayout } from "./formats/table/layout.js";
import type { MissingPolicy } from "./missing.js";
import type { SampleMatrix, SparseRows } from "./sample-matrix.js";

/** A dataset in memory, of classes or of numbers to learn. Never changed in place: every function here returns a new one. */
export interface Dataset<X extends SampleMatrix = SampleMatrix> {
  name: string;
  /**
   * [samples, features], finite, or with `missing` also NaN. Dense and sample-major: feature j of sample i is x[i * features + j].
   * Sparse rows stay so, and become dense only in the chunks that go to a device.
   */
  x: X;
  /** [samples] index into `classes`; all 0 where there are none. */
  y: Uint32Array;
  samples: number;
  features: number;
  /** The label of each class index, as text; none where there are no labels, or `targets` in their place. */
  classes: string[];
  /** [samples, targetNames.length] finite numbers to learn, sample-major, in their own units: what a regression predicts. */
  targets?: Float64Array;
  targetNames?: readonly string[];
  /** [height, width] when a sample is a picture, row by row. */
  imageShape?: [number, number];
  /** [features] names; absent where the data have none. */
  featureNames?: readonly string[];
  /** [samples] names, all distinct. */
  ids?: readonly string[];
  /** [samples] samples of equal group (several of one patient) stay together in splits. */
  groups?: readonly string[];
  /** [samples] weights of at least 0: training multiplies each sample's loss by its own, scaled to a mean of 1 over the training set, where not all may be 0. */
  weights?: Float64Array;
  /** x holds NaN where a value is missing; training fills in the medians of its training part and keeps them in the model. */
  missing?: "median";
  /** Other sets that its file holds beside it: option `part` of `readDataset` reads them. */
  beside?: readonly Part[];
  /** Of a table of text: where it had what is no feature. */
  layout?: TableLayout;
  /** What the reader guessed or left out, a sentence each. */
  notes?: readonly string[];
}

/** What a reader hands over: values and labels of any kind, the rest as in the dataset. */
export interface Table<X extends FloatArray | SparseRows = FloatArray | SparseRows>
  extends Pick<Dataset, "name" | "features" | "imageShape" | "featureNames" | "ids" | "groups" | "notes" | "targetNames"> {
  /**
   * [samples, features], sample-major, or sparse rows. They are kept as they are, not copied, but those in 64 bits that 32 hold exactly become
   * 32-bit ones.
   */
  x: X;
  /** [samples] class labels: numbers, or strings; null or left out for samples without labels. */
  labels?: ArrayLike<number | string> | null;
  /** [samples, targets] numbers to learn, sample-major, in the place of labels; `targetNames` default "y", or "y1", "y2", ... */
  targets?: ArrayLike<number>;
  /** [samples] weights of the samples, of at least 0. */
  weights?: ArrayLike<number>;
  /** Map the labels onto these classes (a trained model's) instead of the classes found here. */
  classes?: readonly string[];
  /** What to do where x is NaN; default "error". */
  missing?: MissingPolicy;
}
