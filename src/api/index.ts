// The public API of `coppice`: training and what it takes and gives. Its subpaths are the files beside this one; all else is internal and may change.

import "./globals.js";

export type { Dataset } from "../data/dataset.js";
export { digits } from "../data/digits.js";
export { makeDataset } from "../data/make-dataset.js";
export type { FittedStep, Preparation } from "../data/prepare/index.js";
export { readDataset } from "../data/read-dataset.js";
export { type Split, split } from "../data/split.js";
export { type CpuDeviceOptions, createCpuDevice } from "../device/cpu/device.js";
export type { Device, DeviceInfo } from "../device/device.js";
export { createWebgpuDevice, type WebgpuDevice, type WebgpuDeviceOptions } from "../device/webgpu/device.js";
export type { Leg, LegTask, Stop } from "../experiment/run/leg.js";
export { type FitOptions, fit } from "../fit/fit.js";
export type { BestWords, FitProgress } from "../fit/progress.js";
export type {
  EstimateMode,
  FitBest,
  FitCandidate,
  FitChoice,
  FitEstimate,
  FitFamily,
  FitFold,
  FitMeasures,
  FitPlan,
  FitResult,
  FitRung,
  FitSets,
  FitStop,
  FitTiming,
  FitTrial,
} from "../fit/result.js";
export type { FitStore } from "../fit/store.js";
export type { FitBegun, FitLeg, FitSlots } from "../fit/trial.js";
export { type CheckpointOptions, decodeCheckpoint, encodeCheckpoint } from "../io/formats/checkpoint/checkpoint.js";
export type { SavedModel } from "../io/saved-model.js";
export type { Bound } from "../measure/bound.js";
export type { MarginQuantile, Margins } from "../measure/margins.js";
export { type Measures, measure, type NormName } from "../measure/measure.js";
export type { MatrixNorms, Norms } from "../measure/norms.js";
export type { MeasureOptions } from "../measure/options.js";
export type { Sharpness } from "../measure/sharpness.js";
export type { Calibration } from "../metrics/classes/temperature.js";
export type { ChosenThreshold, ThresholdScore } from "../metrics/classes/threshold.js";
export type { MemoryEstimate } from "../nn/memory.js";
export type { ClassAnswers } from "../tasks/classification.js";
export type { LabelAnswers } from "../tasks/multi-label.js";
export type { TargetScale } from "../tasks/target-scale.js";
export type { Uncertainty } from "../tasks/uncertainty.js";
export { type EncodeOptions, type Encoding, encode } from "../train/encode.js";
export { type ExplainOptions, type Explanation, explain } from "../train/explain.js";
export { type Evaluation, type LoadedModel, loadModel, type Prediction } from "../train/model.js";
export type { StartRecord, TrainConfig, TrainOptions } from "../train/options.js";
export type { TrainData } from "../train/prepare-data.js";
export type {
  DeviceLoss,
  DeviceTrial,
  EpochRecord,
  EvolutionRecord,
  LayerSummary,
  MemberRecord,
  Seconds,
  StartInfo,
  TrainPlan,
} from "../train/records.js";
export type { RunOptions } from "../train/run-options.js";
export type { ClassWeight } from "../train/sample-weights.js";
export type { LearningRate } from "../train/schedules.js";
export { train } from "../train/train.js";
export type { Model } from "../train/trained.js";
export type { TuneMode, TuningReport } from "../train/tuning.js";
export type { BlockView, LayerView, MemberView, NetworkView } from "../train/view.js";
export type { CheckedKernels, CheckStore, Trial, TuningEntry, TuningStore } from "../tune/entries.js";
export { type Store, storageTuning } from "../tune/storage.js";
export type { VariantTable } from "../tune/table.js";
export type { TunedShape } from "../tune/tune.js";
export { CoppiceError, type FailureCode } from "../util/check.js";
export { version } from "../util/version.js";
