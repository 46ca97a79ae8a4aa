/// <reference lib="esnext.disposable" preserve="true" />

import { alignFeatures, checkFeatures } from "../data/align.js";
import { checkLabelled } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { featureName, sampleName } from "../data/names.js";
import { applySteps, rawFeatures } from "../data/prepare/index.js";
import { checkSamples, copySamples, countSamples, type Inputs, type SampleMatrix, sampleReader } from "../data/sample-matrix.js";
import { checkDevice, type Device, type DeviceInfo } from "../device/device.js";
import { openScope } from "../device/scope.js";
import { folded } from "../io/folded.js";
import { checkModel, membersOf, type SavedModel } from "../io/saved-model.js";
import type { Variants } from "../kernels/candidates.js";
import { lossOver } from "../losses/whole.js";
import { isSummed } from "../metrics/metric.js";
import { lossIn } from "../nn/config.js";
import type { Network } from "../nn/network.js";
import type { Samples } from "../nn/resident.js";
import type { SeeOutputs } from "../nn/runner.js";
import { createStacks } from "../nn/stacks.js";
import { collectOutputs, findNotFinite } from "../tasks/answers.js";
import { checkedTargets, checkedWidth, wholeTargets } from "../tasks/checked.js";
import type { ClassReport } from "../tasks/class-report.js";
import type { ClassAnswers } from "../tasks/classification.js";
import { taskIn } from "../tasks/index.js";
import { needsLabels } from "../tasks/reading.js";
import { inOwnUnits, learntTargets, scaledMetrics } from "../tasks/target-scale.js";
import type { Outputs } from "../tasks/task.js";
import { CoppiceError, check, checkFunction } from "../util/check.js";
import { createInference } from "./inference.js";
import { checkFit, measuresOf } from "./measures.js";
import { prepareSamples } from "./prepare-data.js";
import { lendView, type NetworkView } from "./view.js";

/**
 * How a classifier does on labelled data. The loss is the one it was trained with, its mean over samples; a temperature does not change it. Of another task there are samples,
 * loss, its metrics by their names, and what the task measures.
 */
export interface Evaluation extends ClassReport {
  readonly loss: number;
  /**
   * What there is to tell, a sentence each: which labels are matched by their numbers, that samples are unlike those the model was trained on,
   * that it has learnt nothing.
   */
  readonly notes: readonly string[];
  /** What `predict` gives of these samples: if it was asked for. */
  readonly answers?: ClassAnswers;
  /** The outputs before softmax [samples, classes], sample-major, divided by a temperature; of an ensemble the average's: if they were asked for. */
  readonly outputs?: Float32Array;
  /** What answers or outputs are held against, where either was asked for. */
  readonly targets?: Uint32Array | Float32Array;
}

/** Predictions for samples, in order. Of another task than classification there is what it makes of the outputs, else `outputs` themselves. */
export interface Prediction extends ClassAnswers {
  /** What there is to tell of the samples, a sentence each: that they are unlike those the model was trained on. */
  readonly notes: readonly string[];
}

/** A model on a device, for use without training. */
export interface LoadedModel {
  readonly saved: SavedModel;
  readonly device: DeviceInfo;
  /** The network on its device, lent until the model is disposed of; of a blend its first stack, see `createStacks`. */
  readonly view: NetworkView;
  /**
   * Loss, accuracies and confusion on labelled samples, whose labels (and features, where both have names) are matched by name, see
   * `alignClasses`. Throws on another number of features, on a label the model does not know, and, naming sample and feature, on values that are beyond what
   * a network takes or that lead to outputs which are not finite. With `answers` there is also the answer for each sample, with `outputs`
   * what it was made of.
   */
  evaluate(dataset: Dataset, options?: { readonly answers?: boolean; readonly outputs?: boolean }): Promise<Evaluation>;
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
  const stacks = createModel(device, release, saved);
  const { classes: names, targets: scale } = saved;
  const task = taskIn(saved);
  const metrics = scaledMetrics(task.metrics, scale);
  const inference = createInference(on, stacks, metrics, variants);

  /** Samples as the network gets them. */
  const prepare = (dataset: Dataset) =>
    prepareSamples(saved.input ? dataset : { ...dataset, x: copySamples(dataset.x) }, saved.input); // the caller may use its memory again
  /** Shows the outputs of samples; resolves with the sums of loss and metrics against the targets y. */
  const infer = (dataset: Dataset, set: Dataset<Inputs>, y: Samples["y"], see: SeeOutputs) => {
    const read = sampleReader(set.x, set.features);
    return inference.run({ ...set, y }, (batch, start) => {
      const wrong = start + findNotFinite(batch);
      if (wrong >= start) refuseLargest(dataset, set.x, wrong, wrong + 1, "an output of the network");
      const own = { ...inOwnUnits(batch, scale), input: (b: number) => read(start + b) };
      see(saved.temperature === undefined ? own : cooled(own, saved.temperature), start);
    });
  };
  const lent = lendView(on, stacks[0]);
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
      const { features, featureNames } = rawFeatures(saved);
      const samples = countSamples(x, features, "predict");
      check(Number.isInteger(samples) && samples > 0, "predict", () => {
        return `${Math.round(samples * features)} values are not a whole number of samples of ${features} features`;
      });
      const given = { name: "predict", x, y: new Uint32Array(samples), samples, features, classes: [], featureNames };
      const dataset = saved.prepared ? applySteps(given, saved.prepared) : given;
      const answers = task.answers?.(names, samples) ?? collectOutputs(names, samples);
      const { set, notes } = prepare(dataset);
      const none = needsLabels(task) ? new Float32Array(samples * checkedWidth(task, names.length)) : null;
      await infer(dataset, set, none, answers.see);
      return { ...answers.result(), notes } as Prediction;
    },
    async evaluate(dataset, { answers = false, outputs = false } = {}) {
      checkAlive("evaluate");
      if (needsLabels(task)) checkLabelled(dataset);
      const named = saved.prepared ? applySteps(dataset, saved.prepared) : alignFeatures(dataset, saved.featureNames);
      checkFeatures(named, saved.features);
      const aligned = task.align?.(named, names) ?? named;
      const { set, notes } = prepare(aligned);
      const { samples } = set;
      const targets = checkedTargets(task, set, names.length);
      const whole = () => wholeTargets(targets, set);
      const remedy = () => "evaluate samples of which it is defined";
      checkFit(metrics, whole, { samples, outputs: names.length }, dataset.name, remedy);
      const loss = lossIn(saved.config, false);
      const together = outputs || loss.whole !== undefined || !metrics.every(isSummed);
      const all = together ? collectOutputs(names, samples) : undefined;
      const collected = task.measures?.(names, targets ?? []);
      const kept = answers ? (task.answers?.(names, samples) ?? collectOutputs(names, samples)) : undefined;
      const [sum, ...sums] = await infer(aligned, set, learntTargets(targets, scale), (batch, start) => {
        all?.see(batch, start);
        collected?.see(batch, start);
        kept?.see(batch, start);
      });
      const outcome = all && { z: all.result().values, targets: whole(), samples, outputs: names.length };
      const measured = measuresOf(metrics, [lossOver(loss, sum, outcome), ...sums], samples, outcome);
      if (!Number.isFinite(measured.loss)) refuseLargest(aligned, set.x, 0, samples, "the loss");
      const matched = (aligned.notes ?? []).slice(dataset.notes?.length ?? 0);
      const { notes: told = [], ...found } = (collected?.result() ?? {}) as { readonly notes?: readonly string[] };
      return {
        ...measured,
        samples,
        ...found,
        notes: [...matched, ...notes, ...told],
        ...(kept && { answers: kept.result() }),
        ...(outputs && { outputs: all?.result().values }),
        ...((answers || outputs) && { targets: whole() }),
      } as unknown as Evaluation;
    },
    dispose,
    [Symbol.asyncDispose]: dispose,
  };
}

/** The networks of a saved model on a device, without optimiser state; nothing is left where they do not fit. */
function createModel(device: Device, release: () => void, saved: SavedModel): Network[] {
  try {
    const plain = folded(saved);
    return createStacks(device, plain.config, membersOf(plain));
  } catch (error) {
    release();
    throw error;
  }
}

/** Outputs divided by a temperature; those of members are what they were. */
const cooled = (batch: Outputs, temperature: number): Outputs => ({
  ...batch,
  z: Float32Array.from(batch.z, (z) => z / temperature),
});

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
