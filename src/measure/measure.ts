import { alignFeatures, checkFeatures } from "../data/align.js";
import { checkDataset, checkLabelled } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { applySteps } from "../data/prepare/index.js";
import { type Inputs, sampleReader } from "../data/sample-matrix.js";
import { checkDevice, type Device } from "../device/device.js";
import { checkModel, type SavedModel } from "../io/saved-model.js";
import { lossIn } from "../nn/config.js";
import type { Samples } from "../nn/resident.js";
import { settle } from "../options/option.js";
import { checkedTargets } from "../tasks/checked.js";
import { classification } from "../tasks/classification.js";
import { taskOf } from "../tasks/index.js";
import { needsLabels } from "../tasks/reading.js";
import { learntTargets } from "../tasks/target-scale.js";
import { evaluationBatch } from "../train/inference.js";
import { loadModel } from "../train/model.js";
import { prepareSamples } from "../train/prepare-data.js";
import { check, checkKeys } from "../util/check.js";
import { type Bound, boundOf } from "./bound.js";
import { openLandscape } from "./landscape.js";
import { type Margins, marginsOf } from "./margins.js";
import { type Norms, normsOf } from "./norms.js";
import { MEASURE, type MeasureConfig, type MeasureOptions } from "./options.js";
import { type Plain, plainOf } from "./plain.js";
import { type Sharpness, sharpnessOf } from "./sharpness.js";

/** The norms that are of a whole network. */
export type NormName = Exclude<keyof Norms, "layers">;

/** What is known to go with how well a network generalises, or to bound it. */
export interface Measures {
  readonly samples: number;
  readonly connections: number;
  readonly norms: Norms;
  /** Of classification; null of another task. */
  readonly margins: Margins | null;
  /** Norms over the margin; null where there is no margin above 0. */
  readonly overMargin: Readonly<Record<NormName, number | null>> | null;
  /** For each box that was asked for. */
  readonly sharpness: readonly Sharpness[];
  /** Where it was asked for. */
  readonly bound?: Bound;
  /** What there is to tell, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Measures of generalisation of one network on labelled samples, those that it was trained on: norms (`Norms`), margins (`Margins`), sharpness
 * (`Sharpness`), and with `bound` a PAC-Bayes bound (`Bound`). Only connections that are there count. Batch norm and averages are folded into weights;
 * dropout, smoothed labels, a temperature and a threshold are of training or of answers, and left out.
 *
 * Throws a usage error on an ensemble, on layers of kinds of your own, on a loss that takes samples together, on a bound of what does not classify, and
 * on what `evaluate` refuses.
 */
export async function measure(
  device: Device,
  saved: SavedModel,
  dataset: Dataset,
  options: MeasureOptions = {},
): Promise<Measures> {
  checkDevice(device, "measure: device");
  checkModel(saved, "measure: saved");
  checkKeys<MeasureOptions>(options, { ...MEASURE, onProgress: true, signal: true }, "measure: option");
  const config = settle(MEASURE, options, {}, "measure");
  checkMeasured(saved, config);
  checkDataset(dataset);
  const plain = plainOf(saved);
  const { temperature: _, ...bare } = saved;
  const { set, aligned, notes } = samplesOf(bare, dataset);
  const norms = await normsOf(device, plain.state);
  const margins = await marginsIn(device, bare, aligned, set, norms);
  const sharpness = config.boxes.length > 0 ? await sharpnessIn(device, plain, set, config) : [];
  const bound = config.bound ? await boundOf(device, saved, plain, set, config, options) : undefined;
  const { layers, skip } = plain.state;
  return {
    samples: set.samples,
    connections: layers.reduce((sum, { params }) => sum + params.values.length, skip?.values.length ?? 0),
    norms,
    margins,
    overMargin: margins && overMargin(norms, margins.margin),
    sharpness,
    ...(bound && { bound }),
    notes,
  };
}

/** Throws where a model is not one that measures, or the bound that is asked for, are of. */
export function checkMeasured(saved: SavedModel, { bound }: { readonly bound?: boolean }): void {
  plainOf(saved);
  const { name } = taskOf(saved.config.task);
  const loss = lossIn(saved.config, false);
  check(loss.whole === undefined, "measure", () => {
    return `loss ${loss.name} takes all samples together, so it is no mean over them; measure a model of another loss`;
  });
  check(!bound || taskOf(saved.config.task) === classification, "measure: bound", () => {
    return `it is of the error of classes, and the task is ${name}; leave bound out`;
  });
}

/** The samples as the network gets them, with targets. */
function samplesOf(saved: SavedModel, dataset: Dataset) {
  const task = taskOf(saved.config.task);
  const { prepared, featureNames, features, classes, input, targets: scale } = saved;
  if (needsLabels(task)) checkLabelled(dataset);
  const named = prepared ? applySteps(dataset, prepared) : alignFeatures(dataset, featureNames);
  checkFeatures(named, features);
  const aligned = task.align?.(named, classes) ?? named;
  const { set, notes } = prepareSamples(aligned, input);
  const y = learntTargets(checkedTargets(task, set, classes.length), scale);
  return { set: { x: set.x, y, samples: set.samples, features: set.features }, aligned: dataset, notes };
}

/** Sharpness by passes over batches as evaluation takes them. */
async function sharpnessIn(
  device: Device,
  plain: Plain,
  set: Samples,
  { boxes, iterations }: MeasureConfig,
): Promise<Sharpness[]> {
  const { layers } = plain.state;
  const batch = evaluationBatch([layers[0].in, ...layers.map(({ out }) => out)], set.samples, device.limits.bindingBytes);
  const slopes = await openLandscape(device, plain, set, batch);
  return sharpnessOf(slopes, plain, boxes, iterations).finally(() => slopes.release());
}

async function marginsIn(
  device: Device,
  saved: SavedModel,
  dataset: Dataset,
  set: Samples,
  norms: Norms,
): Promise<Margins | null> {
  if (taskOf(saved.config.task) !== classification) return null;
  const model = loadModel(device, saved);
  const { outputs } = await model.evaluate(dataset, { outputs: true }).finally(() => model.dispose());
  const by = norms.complexity === null ? null : (norms.complexity * lengthOf(set)) / set.samples;
  return marginsOf(outputs as Float32Array, set.y as Uint32Array, saved.classes.length, by || null);
}

/** The root of the sum of the squares of all inputs. */
function lengthOf({ x, samples, features }: { readonly x: Inputs; readonly samples: number; readonly features: number }): number {
  const read = sampleReader(x, features);
  let sum = 0;
  for (let i = 0; i < samples; i++) for (const value of read(i)) sum += value * value;
  return Math.sqrt(sum);
}

function overMargin({ layers: _, ...norms }: Norms, margin: number): Measures["overMargin"] {
  if (margin <= 0) return null;
  const over = Object.entries(norms).map(([name, norm]) => [name, norm && norm / margin]);
  return Object.fromEntries(over);
}
