import type { OnnxGraph } from "../activations/activation.js";
import type { Dataset } from "../data/dataset.js";
import type { SampleMatrix } from "../data/sample-matrix.js";
import type { LossName } from "../losses/index.js";
import type { Loss } from "../losses/loss.js";
import type { Metric, Told } from "../metrics/metric.js";
import type { Judging } from "./judging/judging.js";

/** Outputs z [outputs, stride] of a batch: those of sample b are z[c * stride + b]. Columns from `count` on are padding. */
export interface Outputs {
  readonly z: ArrayLike<number>;
  readonly outputs: number;
  readonly stride: number;
  readonly count: number;
  /** Of an ensemble; z is the average of its members. */
  readonly members?: MemberOutputs;
  /** [features] the inputs of sample b as the network gets them; read before the next is asked for. Where a model is evaluated, or predicts. */
  input?(b: number): ArrayLike<number>;
}

/** Outputs z [members * outputs, stride] of an ensemble's members, one after the other, and the weight of each in the average. */
export interface MemberOutputs {
  readonly z: ArrayLike<number>;
  readonly weights: readonly number[];
}

/** What is made of the outputs of many samples, which come batch by batch: `start` is the first sample of one. */
export interface Collector {
  /** Takes the outputs of samples from `start` on; they are overwritten afterwards. */
  see(batch: Outputs, start: number): void;
  /** What was made of them, once all have been seen. */
  result(): object;
}

/** An answer for one sample. */
export type Answer = Readonly<Record<string, string | number | Float32Array>>;

/** An output of an ONNX graph; "batch" stands for the number of samples. */
export interface OnnxOutput {
  readonly name: string;
  readonly type: "float" | "int64";
  readonly dims: readonly (string | number)[];
}

/**
 * What a network is to learn: which outputs it has, the targets that they are held against, and what is told of them. It is an object with its
 * own behaviour. `train({ task })` takes a name of `TASKS`, or such an object.
 */
export interface Task {
  readonly name: string;
  /** What its outputs are called; default "outputs". */
  readonly called?: string;
  /** What `coppice/predict` makes of the outputs: the class of the largest, each label by itself, or numbers. Without it no such file is written. */
  readonly predicts?: "classes" | "labels" | "numbers";
  /** The losses that fit; the first is taken where none is chosen. */
  readonly losses: readonly (LossName | Loss)[];
  /** What is told beside the loss; the first is what methods are compared by. */
  readonly metrics: readonly Metric[];
  /** A name for each output of a network that learns these data, no two alike: of classification, the classes. */
  outputs(set: Dataset<SampleMatrix>): readonly string[];
  /** Targets per sample, at least 1, of a network with so many outputs. */
  width(outputs: number): number;
  /**
   * [samples, width] finite numbers that the outputs are held against: f32, so that class indices are exact up to 2^24; f64 where `scaled`. Or the
   * inputs, as the network gets them: samples then need no labels, and have an output for each feature.
   */
  readonly targets: "inputs" | ((set: Dataset<SampleMatrix>) => Float32Array | Uint32Array | Float64Array);
  /**
   * Whether targets are numbers that training standardises, each by its mean and deviation in the training part. Outputs are mapped back, so that
   * all here but the loss sees both in the targets' own units. Each target has as many outputs, one after the other.
   */
  readonly scaled?: boolean;
  /** Whether data are read with numbers to learn in the place of classes; default as `scaled`. */
  readonly numeric?: boolean;
  /** Of such targets: their names, of a network with these outputs; default the outputs' own. */
  targetNames?(outputs: readonly string[]): readonly string[];
  /** [samples] numbers of the strata that a split divides evenly, or a Uint8Array [samples, labels] of 0 and 1; default one of all samples. */
  strata?(set: Dataset<SampleMatrix>): Uint32Array | Uint8Array;
  /** What is told of such a split. */
  divided?(set: Dataset<SampleMatrix>): string;
  /** A set whose labels are those of a model with these outputs; default as it is. Throws on labels that the model does not know. */
  align?<X extends SampleMatrix>(set: Dataset<X>, outputs: readonly string[]): Dataset<X>;
  /** What `predict` gives, of so many samples; default the outputs. */
  answers?(outputs: readonly string[], samples: number): Collector;
  /** Whether `answers` has the `uncertainty` of an ensemble. */
  readonly unsure?: boolean;
  /** The answer for sample i of those: by name a text, a number, or one for each output; default `values`. */
  answer?(answers: object, i: number): Answer;
  /** What `evaluate` gives beside loss and metrics; `notes` among it are joined to the others. Where they are the inputs, `targets` is empty. */
  measures?(outputs: readonly string[], targets: ArrayLike<number>): Collector;
  /** The numbers among `measures`, as metrics are told of. */
  readonly measured?: readonly Told[];
  /** More of them, in the order of a table about one evaluation; a value that is not defined is null. Whole metrics get intervals. */
  readonly told?: readonly (Told | Metric)[];
  /** Of tasks whose answers are right or wrong: which are right. The first metric is their share. */
  right?(answers: object, targets: ArrayLike<number>): readonly boolean[];
  /** What the first metric is on `test` if inputs tell nothing: what any model must beat. */
  readonly floor?: {
    readonly name: string;
    /** What it answers, in words. */
    readonly about: string;
    /** The first metric of that answer on `test`, where it may know `train`. */
    of(train: Dataset, test: Dataset): number;
  };
  /** How `fit` judges models of it; without it `fit` does not take the task. */
  readonly judging?: Judging;
  /** Puts what `predict` gives into an ONNX graph, made of the last layer's z and the inputs as the network gets them; without it no model can be exported. */
  onnx?(graph: OnnxGraph, z: string, outputs: readonly string[], x: string): readonly OnnxOutput[];
}
