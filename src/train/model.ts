/// <reference lib="esnext.disposable" preserve="true" />

import { alignClasses, alignFeatures, checkFeatures } from "../data/align.js";
import { checkLabelled } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { checkSamples, copySamples, countSamples, type Inputs, type SampleMatrix, sampleReader } from "../data/sample-matrix.js";
import { featureName, sampleName } from "../data/standardize.js";
import { checkDevice, type Device, type DeviceInfo } from "../device/device.js";
import { openScope } from "../device/scope.js";
import { checkModel, type SavedModel } from "../io/saved-model.js";
import type { Variants } from "../kernels/candidates.js";
import { createNetwork, type Network } from "../nn/network.js";
import { CoppiceError, check, checkFunction } from "../util/check.js";
import { allEqual, type Outputs, writeLargest, writeSoftmax } from "./answers.js";
import { createInference } from "./inference.js";
import { prepareSamples } from "./prepare-data.js";
import { doubts, type Scores, scoresOf } from "./scores.js";
import { lendView, type NetworkView } from "./view.js";

/** How a model does on labelled data. The loss is the one it was trained with, its mean over samples. */
export interface Evaluation extends Scores {
  readonly loss: number;
  /**
   * What there is to tell, a sentence each: which labels are matched by their numbers, that samples are unlike those the model was trained on,
   * that it has learnt nothing.
   */
  readonly notes: readonly string[];
}

/** Predictions for samples, in order. */
export interface Prediction {
  readonly classes: readonly string[];
  /** Index into `classes` of the largest output, and so of the largest probability (the first of equals). */
  readonly labels: Uint32Array;
  /** Softmax of the outputs, whatever the loss, [samples, classes]. */
  readonly probabilities: Float32Array;
  /** What there is to tell of the samples, a sentence each: that they are unlike those the model was trained on. */
  readonly notes: readonly string[];
}

/** A model on a device, for use without training. */
export interface LoadedModel {
  readonly saved: SavedModel;
  readonly device: DeviceInfo;
  /** The network on its device, lent until the model is disposed of. */
  readonly view: NetworkView;
  /**
   * Loss, accuracies and confusion on labelled samples, whose labels (and features, where both have names) are matched by name, see
   * `alignClasses`. Throws on another number of features, on a label the model does not know, and, naming sample and feature, on values that are beyond what
   * a network takes or that lead to outputs which are not finite.
   */
  evaluate(dataset: Dataset): Promise<Evaluation>;
  /**
   * Class and probabilities of samples x [samples, features], sample-major or sparse, raw: the stored statistics are applied here, and the stored
   * medians put where x is NaN. Calls of as many samples as the one before, few enough for one step, find everything made ready.
   * Throws unless x holds whole samples, at least one, and, naming sample and feature, on values that are beyond what a network takes or that
   * lead to outputs which are not finite.
   */
  predict(x: SampleMatrix): Promise<Prediction>;
  /** Frees the network; the device stays. */
  dispose(): Promise<void>;
  /** `dispose`, for `await using`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Puts a saved model on a device, its optimiser state left out. The device stays the caller's: dispose it after the model. With the `variants`
 * it was trained with on that device, the same sums come out as in training.
 */
export function loadModel(on: Device, saved: SavedModel, variants?: Variants): LoadedModel {
  checkDevice(on, "loadModel: device");
  checkModel(saved, "loadModel: saved");
  if (variants !== undefined) checkFunction(variants, "loadModel: variants");
  const { device, release } = openScope(on);
  const network = createModel(device, release, saved);
  const inference = createInference(on, network, variants);
  const classes = saved.classes.length;

  /** Answers for the samples of a dataset whose classes are the model's, and the mean loss against its labels. `visit` gets all outputs. */
  const infer = async (given: Dataset, visit: (outputs: Outputs, labels: Uint32Array, start: number) => void) => {
    const dataset = saved.input ? given : { ...given, x: copySamples(given.x) }; // the caller may use its memory again
    const { samples, y } = dataset;
    const { set, notes } = prepareSamples(dataset, saved.input);
    const labels = new Uint32Array(samples);
    const loss = await inference.run(set.x, y, (z, stride, start, count) => {
      const outputs = { z, classes, stride, count };
      const wrong = start + writeLargest(outputs, labels, start);
      if (wrong >= start) refuseLargest(dataset, set.x, wrong, wrong + 1, "an output of the network");
      visit(outputs, labels, start);
    });
    return { labels, loss: loss / samples, inputs: set.x, notes };
  };
  const lent = lendView(on, network);
  let disposing: Promise<void> | undefined;
  const free = async () => {
    lent.end();
    await inference.dispose();
    release();
  };
  const dispose = () => {
    disposing ??= free();
    return disposing;
  };
  const checkAlive = (where: string) =>
    check(disposing === undefined, where, () => "the model was disposed of; load it again, or ask it before");

  return {
    saved,
    device: on.info,
    view: lent.view,
    async predict(x) {
      checkAlive("predict");
      checkSamples(x, "predict");
      const samples = countSamples(x, saved.features, "predict");
      check(
        Number.isInteger(samples) && samples > 0,
        "predict",
        () => `${Math.round(samples * saved.features)} values are not a whole number of samples of ${saved.features} features`,
      );
      const { features, featureNames } = saved;
      const dataset = { name: "predict", x, y: new Uint32Array(samples), samples, features, classes: [], featureNames };
      const probabilities = new Float32Array(samples * classes);
      const { labels, notes } = await infer(dataset, (outputs, largest, start) => {
        writeSoftmax(outputs, largest, probabilities, start);
      });
      return { classes: saved.classes, labels, probabilities, notes };
    },
    async evaluate(dataset) {
      checkAlive("evaluate");
      checkLabelled(dataset);
      const named = alignFeatures(dataset, saved.featureNames);
      checkFeatures(named, saved.features);
      const aligned = alignClasses(named, saved.classes);
      let first: Float64Array | undefined;
      let constant = true;
      const { labels, loss, inputs, notes } = await infer(aligned, (outputs) => {
        first ??= Float64Array.from({ length: classes }, (_, c) => outputs.z[c * outputs.stride]);
        constant &&= allEqual(outputs, first);
      });
      if (!Number.isFinite(loss)) refuseLargest(aligned, inputs, 0, aligned.samples, "the loss");
      const scores = scoresOf(aligned.y, labels, classes);
      const matched = (aligned.notes ?? []).slice(dataset.notes?.length ?? 0);
      return { loss, ...scores, notes: [...matched, ...notes, ...doubts(scores, constant)] };
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The network of a saved model on a device, without optimiser state; nothing is left where it does not fit. */
function createModel(device: Device, release: () => void, { config, network }: SavedModel): Network {
  try {
    return createNetwork(device, config, network, false);
  } catch (error) {
    release();
    throw error;
  }
}

/** Refuses the answer for samples [from, to), naming the feature whose value is largest as the network gets it. */
function refuseLargest(
  { name, features, featureNames, ids }: Dataset,
  inputs: Inputs,
  from: number,
  to: number,
  what: string,
): never {
  const read = sampleReader(inputs, features);
  let [i, j, most] = [from, 0, 0];
  for (let k = from; k < to; k++) {
    for (const [feature, value] of read(k).entries()) if (Math.abs(value) > Math.abs(most)) [i, j, most] = [k, feature, value];
  }
  const largest = `the largest value that the network gets is ${most.toPrecision(3)}, of ${featureName(featureNames, j)}`;
  throw new CoppiceError(
    `${name}: ${sampleName(ids, i)}: ${what} is not finite; ${largest}: correct it, or leave the sample out`,
  );
}
