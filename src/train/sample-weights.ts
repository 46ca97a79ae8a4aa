import type { Dataset } from "../data/dataset.js";
import { list } from "../data/names.js";
import { custom, type Schema } from "../options/schema.js";
import type { Task } from "../tasks/task.js";
import { check, isRecord } from "../util/check.js";
import { random } from "../util/random.js";
import { type Ensemble, seedsOf } from "./ensemble.js";

/** balanced: w_c = n / (K n_c) for n samples of K classes, n_c of class c. Else a weight above 0 for each class, by its label. */
export type ClassWeight = "balanced" | Readonly<Record<string, number>>;

const isWeight = (value: unknown) => typeof value === "number" && Number.isFinite(value) && value > 0;
const fits = (value: unknown) => value === "balanced" || (isRecord(value) && Object.values(value).every(isWeight));

/** What class weights may be; a flag has "balanced", or a file. */
export const CLASS_WEIGHT: Schema<ClassWeight> = {
  ...custom<ClassWeight>(fits, '"balanced", or an object with a number above 0 for each class'),
  kind: "text",
};

/** What decides the weights of samples in training. */
export interface Weighting extends Ensemble {
  readonly seed: number;
  readonly classWeight?: ClassWeight;
}

type Weighted = Pick<Dataset, "name" | "y" | "samples" | "classes" | "weights">;

/** Whether samples differ in weight: the loss then takes a weight for each sample and member. */
export const isWeighted = ({ bagging, classWeight }: Weighting, { weights }: Pick<Weighted, "weights">): boolean =>
  bagging === true || classWeight !== undefined || weights !== undefined;

/** Throws where a task has no classes to be weighted, or where weights are not those of its classes. */
export function checkClassWeight({ classWeight }: Weighting, task: Task, { classes }: Pick<Weighted, "classes">): void {
  if (classWeight === undefined) return;
  const ofClasses = task.predicts === "classes" && classes.length > 0;
  check(ofClasses, "classWeight", () => `is of classes, and the task is ${task.name}; leave it out`);
  if (classWeight === "balanced") return;
  const unknown = Object.keys(classWeight).filter((label) => !classes.includes(label));
  check(unknown.length === 0, "classWeight", () => {
    return `has ${list(unknown)}, but the classes are ${list(classes)}; name these alone`;
  });
  const absent = classes.filter((label) => !Object.hasOwn(classWeight, label));
  check(absent.length === 0, "classWeight", () => `lacks ${list(absent)}; give each class a weight`);
}

/** Throws where no sample of the training part has a weight above 0. */
export function checkTrainWeights({ weights, name }: Pick<Weighted, "weights" | "name">): void {
  check(weights?.every((weight) => weight === 0) !== true, name, () => {
    return "every sample of the training part has weight 0: there is nothing to learn from; give one a larger weight, or leave weights out";
  });
}

/** [classes] the weights of classes in a training set: by them the mean over its samples is 1. 0 of classes without samples. */
export function classWeights(
  weight: ClassWeight,
  { y, samples, classes }: Pick<Weighted, "y" | "samples" | "classes">,
): number[] {
  const counts = new Float64Array(classes.length);
  for (const c of y) counts[c]++;
  const own = classes.map((label, c) => (counts[c] === 0 ? 0 : weight === "balanced" ? 1 / counts[c] : weight[label]));
  const sum = own.reduce((total, w, c) => total + w * counts[c], 0);
  return own.map((w) => (w * samples) / sum);
}

/**
 * [samples] what multiplies each sample's loss and gradient: its own weight times that of its class, scaled to a mean of 1.
 */
export function lossWeights({ classWeight }: Weighting, set: Weighted): Float64Array {
  const ofClass = classWeight && classWeights(classWeight, set);
  const weights = Float64Array.from(set.y, (c, i) => (ofClass?.[c] ?? 1) * (set.weights?.[i] ?? 1));
  const sum = weights.reduce((total, w) => total + w, 0);
  return weights.map((w) => (w * set.samples) / sum);
}

/**
 * Weights [samples, members] of the training samples: what each sample's loss and gradient is multiplied by for each member. Undefined where all
 * are 1. With `bagging` they are bootstrap weights, which have mean 1: how often a sample comes among as many drawn with replacement (Efron
 * 1979; Breiman 1996). These are multiplied by those of `lossWeights`.
 */
export function sampleWeights(config: Weighting, set: Weighted): Float32Array | undefined {
  if (!isWeighted(config, set)) return undefined;
  const { samples } = set;
  const seeds = seedsOf(config);
  const weights = new Float32Array(samples * seeds.length).fill(config.bagging ? 0 : 1);
  for (const [j, seed] of config.bagging ? seeds.entries() : []) {
    const rng = random(seed, "bagging");
    for (let draw = 0; draw < samples; draw++) weights[rng.below(samples) * seeds.length + j]++;
  }
  if (config.classWeight === undefined && !set.weights) return weights;
  const own = lossWeights(config, set);
  return weights.map((drawn, k) => drawn * own[Math.floor(k / seeds.length)]);
}

/** What to tell of weights: which the classes have, and that what is told of sets counts samples alike. */
export function weightNotes({ classWeight }: Weighting, set: Weighted): string[] {
  if (classWeight === undefined && !set.weights) return [];
  const told = classWeight && classWeights(classWeight, set).map((w, c) => `${set.classes[c]} ${Number(w.toPrecision(3))}`);
  const what = [told && `classes (${list(told)})`, set.weights && "samples"].filter(Boolean).join(" and ");
  return [`training weighs ${what}; the losses and metrics of sets count all samples alike`];
}
