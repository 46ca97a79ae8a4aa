/// <reference lib="esnext.disposable" preserve="true" />
import { checkDataset } from "../data/check-dataset.js";
import { alignClasses, alignFeatures, checkFeatures, type Dataset } from "../data/dataset.js";
import { checkSparse, countSamples, isSparse, type SampleMatrix } from "../data/sample-matrix.js";
import { checkComplete, standardize } from "../data/standardize.js";
import type { Device, DeviceInfo } from "../device/device.js";
import type { SavedModel } from "../io/saved-model.js";
import type { Variants } from "../kernels/variant.js";
import { createNetwork, destroyNetwork } from "../nn/network.js";
import { check } from "../util/check.js";
import { createInference } from "./inference.js";
import { lendView, type NetworkView } from "./view.js";

/** How a model does on labelled data. Fractions 0..1; the loss is the one it was trained with, its mean over samples. */
export interface Evaluation {
  readonly loss: number;
  readonly accuracy: number;
  readonly samples: number;
  /** confusion[t][p]: samples of class t that were taken for class p. */
  readonly confusion: readonly (readonly number[])[];
}

/** Predictions for samples, in order. */
export interface Prediction {
  readonly classes: readonly string[];
  /** Index into `classes` of the largest probability (the first of equals). */
  readonly labels: Uint32Array;
  /** Softmax of the outputs, whatever the loss, [samples, classes]. */
  readonly probabilities: Float32Array;
}

/** A model on a device, for use without training. */
export interface LoadedModel {
  readonly saved: SavedModel;
  readonly device: DeviceInfo;
  /** The network on its device, lent until the model is disposed of. */
  readonly view: NetworkView;
  /**
   * Loss, accuracy and confusion on labelled samples, whose labels (and features, where both have names) are matched by name.
   * Throws on another number of features, or on a label the model does not know.
   */
  evaluate(dataset: Dataset): Promise<Evaluation>;
  /**
   * Class and probabilities of samples x [samples, features], sample-major or sparse, raw: the stored statistics are applied here, and the stored
   * medians put where x is NaN. Calls of as many samples as the one before, few enough for one step, find everything made ready.
   * Throws unless x holds whole samples, at least one.
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
  const network = createNetwork(on, saved.config, saved.network, false);
  const inference = createInference(on, network, variants);
  const classes = saved.classes.length;

  /** Predictions for x, and the mean loss against labels y. */
  const infer = async (x: SampleMatrix, y: Uint32Array): Promise<Prediction & { loss: number }> => {
    const samples = y.length;
    const labels = new Uint32Array(samples);
    const probabilities = new Float32Array(samples * classes);
    const loss = await inference.run(prepare(saved, x), y, (outputs, stride, start, count) => {
      for (let b = 0; b < count; b++) {
        const p = softmax(Array.from({ length: classes }, (_, c) => outputs[c * stride + b]));
        probabilities.set(p, (start + b) * classes);
        labels[start + b] = p.indexOf(Math.max(...p));
      }
    });
    return { classes: saved.classes, labels, probabilities, loss: loss / samples };
  };
  const lent = lendView(on, network);
  const dispose = async () => {
    lent.end();
    await inference.dispose();
    destroyNetwork(on, network);
  };

  return {
    saved,
    device: on.info,
    view: lent.view,
    async predict(x) {
      if (isSparse(x)) checkSparse(x, "predict");
      const samples = countSamples(x, saved.features, "predict");
      check(
        Number.isInteger(samples) && samples > 0,
        "predict",
        () => `${Math.round(samples * saved.features)} values are not a whole number of samples of ${saved.features} features`,
      );
      const { loss: _ofNoLabels, ...prediction } = await infer(x, new Uint32Array(samples));
      return prediction;
    },
    async evaluate(dataset) {
      checkDataset(dataset);
      const named = alignFeatures(dataset, saved.featureNames);
      checkFeatures(named, saved.features);
      const { x, y, samples } = alignClasses(named, saved.classes);
      const { labels, loss } = await infer(x, y);
      const confusion = saved.classes.map(() => saved.classes.map(() => 0));
      y.forEach((label, i) => {
        confusion[label][labels[i]]++;
      });
      const correct = confusion.reduce((sum, row, c) => sum + row[c], 0);
      return { loss, accuracy: correct / samples, samples, confusion };
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The inputs a model sees: standardised as its training set was. */
function prepare({ input, features }: SavedModel, x: SampleMatrix): SampleMatrix {
  const samples = countSamples(x, features, "predict");
  const inputs: Dataset = { name: "inputs", x, y: new Uint32Array(samples), samples, features, classes: [] };
  if (input) return standardize(inputs, input).x;
  checkComplete(inputs);
  return x;
}

function softmax(outputs: number[]): number[] {
  const largest = Math.max(...outputs);
  const powers = outputs.map((z) => Math.exp(z - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return powers.map((power) => power / sum);
}
