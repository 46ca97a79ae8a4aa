import { checkDataset, checkLabelled } from "../../data/check-dataset.js";
import { constantFeatures } from "../../data/constant.js";
import type { Dataset } from "../../data/dataset.js";
import { spreadOut } from "../../data/prepare/index.js";
import { split } from "../../data/split.js";
import { checkDevice, type Device } from "../../device/device.js";
import { taskOf } from "../../tasks/index.js";
import { needsLabels } from "../../tasks/reading.js";
import { strataOf } from "../../tasks/strata.js";
import { settleTask } from "../../train/config.js";
import type { Evaluation } from "../../train/model.js";
import type { TrainOptions } from "../../train/options.js";
import type { EpochRecord, TrainPlan } from "../../train/records.js";
import { train } from "../../train/train.js";
import type { TuningStore } from "../../tune/entries.js";
import { checkFunction, checkInteger, checkKeys, checkLimit, checkObject, checkSignal } from "../../util/check.js";
import { inputStrength } from "./strength.js";

/** How to train again and again; `train` says what, its seed apart. */
export interface RepeatOptions {
  /** Stays the caller's. */
  readonly device: Device;
  readonly train: Omit<TrainOptions, "seed" | "patience">;
  /** Random splits, one run each; default 10. */
  readonly splits?: number;
  /** Fraction of the samples held out; default 1/3. */
  readonly test?: number;
  /** Run r (from 0) splits and trains by seed + r; default 1. */
  readonly seed?: number;
  /** Kernel variants of an earlier run on this device; without it the first run settles them for all. */
  readonly plan?: TrainPlan;
  readonly tuning?: TuningStore;
  /** As in `RunOptions`. */
  readonly hostMemoryBytes?: number;
  /** Stops between submits: the promise rejects with the signal's reason. What `onRun` has been given stays good. */
  readonly signal?: AbortSignal;
  /** Called after every run; the next waits for what it returns. */
  readonly onRun?: (run: RepeatedRun) => void | Promise<void>;
  /** Records hold no evaluation before the last epoch, unless `train.evaluateEvery` asks for it. */
  readonly onEpoch?: (run: number, record: EpochRecord) => void | Promise<void>;
}

/** What one split gave, on its test part, with the network of the last epoch. */
export interface RepeatedRun {
  /** From 0. */
  readonly run: number;
  /** Of `split` and of `train`. */
  readonly seed: number;
  readonly trainSamples: number;
  readonly testSamples: number;
  /** The task's first metric on the test part, and what it is if inputs tell nothing (`Task.floor`); null where the task says nothing of it. */
  readonly measure: number;
  readonly floor: number | null;
  /** All that there is to tell of the test part: of classification accuracy, recalls and confusion. */
  readonly evaluation: Evaluation;
  /** [features] see `inputStrength`. 0 too for a feature that has one value in the whole training part, which can tell nothing. */
  readonly strength: Float64Array;
  /** Wall time of the run, its evaluation included. */
  readonly seconds: number;
}

/** What `repeatTraining` gives: the runs in order, and the plan that they share. */
export interface Repeated {
  readonly runs: readonly RepeatedRun[];
  readonly plan: TrainPlan;
}

const NEVER = 2 ** 31;

/**
 * Trains anew on random splits, stratified as the task says, with groups kept whole (`split`): how much a result depends on which samples were held
 * out, and on chance. No split's test part is looked at before its last epoch has ended. The same data, options, seed, plan and device
 * give the same numbers; runs of seeds that are less than `splits` apart share splits. Every network is freed after its run.
 *
 * Throws what `split` and `train` throw, before anything is trained where the first split shows it.
 */
export async function repeatTraining(dataset: Dataset, options: RepeatOptions): Promise<Repeated> {
  checkDataset(dataset);
  checkOptions(options);
  if (needsLabels(taskOf(settleTask(options.train)))) checkLabelled(dataset);
  const { splits = 10, seed = 1, signal } = options;
  checkInteger(splits, "repeated training: splits", 1);
  checkInteger(seed, "repeated training: seed", 0, 2 ** 32 - splits); // the last one is seed + splits - 1
  const runs: RepeatedRun[] = [];
  let { plan } = options;
  for (let run = 0; run < splits; run++) {
    signal?.throwIfAborted();
    const done = await trainSplit(dataset, run, seed + run, options, plan);
    plan = done.plan;
    runs.push(done.result);
    await options.onRun?.(done.result);
  }
  return { runs, plan: plan as TrainPlan };
}

function checkOptions(options: RepeatOptions): void {
  const where = "repeated training";
  checkKeys(
    options,
    {
      device: true,
      train: true,
      splits: true,
      test: true,
      seed: true,
      plan: true,
      tuning: true,
      signal: true,
      hostMemoryBytes: true,
      onRun: true,
      onEpoch: true,
    },
    `${where}: option`,
  );
  const { device, train: what, signal, hostMemoryBytes } = options;
  checkDevice(device, `${where}: device`);
  checkObject(what, `${where}: train`, "object of options");
  if (signal !== undefined) checkSignal(signal, `${where}: signal`);
  if (hostMemoryBytes !== undefined) checkLimit(hostMemoryBytes, `${where}: hostMemoryBytes`, 1);
  for (const key of ["onRun", "onEpoch"] as const)
    if (options[key] !== undefined) checkFunction(options[key], `${where}: ${key}`);
}

async function trainSplit(
  dataset: Dataset,
  run: number,
  seed: number,
  { device, train: what, test = 1 / 3, signal, tuning, hostMemoryBytes, onEpoch }: RepeatOptions,
  plan: TrainPlan | undefined,
): Promise<{ result: RepeatedRun; plan: TrainPlan }> {
  const start = performance.now();
  const task = taskOf(settleTask(what, dataset));
  const parts = split(dataset, { test, seed, strata: strataOf(task, dataset) });
  const model = await train(parts, {
    ...what,
    seed,
    device,
    plan,
    tuning,
    signal,
    hostMemoryBytes,
    evaluateEvery: what.evaluateEvery ?? NEVER,
    onEpoch: onEpoch && ((record) => onEpoch(run, record)),
  });
  try {
    const evaluation = await model.evaluate(parts.test);
    const saved = await model.save();
    const strength = spreadOut(saved, inputStrength(saved));
    for (const j of constantFeatures(parts.train.x, parts.train.features)) strength[j] = 0;
    const result: RepeatedRun = {
      run,
      seed,
      measure: Number(evaluation[task.metrics[0].name as keyof Evaluation]),
      evaluation,
      strength,
      trainSamples: parts.train.samples,
      testSamples: parts.test.samples,
      floor: task.floor?.of(parts.train, parts.test) ?? null,
      seconds: (performance.now() - start) / 1000,
    };
    return { result, plan: model.plan };
  } finally {
    await model.dispose();
  }
}
