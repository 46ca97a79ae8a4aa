// The public API. Everything else is internal and may change.

export type { Activation, ActivationParameter, OnnxGraph } from "./activations/activation.js";
export { ACTIVATIONS, type ActivationName } from "./activations/index.js";
export { alignClasses, alignFeatures } from "./data/align.js";
export type { Dataset, Table } from "./data/dataset.js";
export { digits } from "./data/digits.js";
export type { OpenFile } from "./data/formats/file.js";
export type { Claim, Format, NamedOptions } from "./data/formats/format.js";
export { FORMATS } from "./data/formats/index.js";
export type { Part } from "./data/formats/parts.js";
export type { OptionCheck } from "./data/formats/read-options.js";
export type { TableLayout } from "./data/formats/table/layout.js";
export type { Annotation, LabelField, PreviewField, TablePreview } from "./data/formats/table/preview.js";
export { makeDataset } from "./data/make-dataset.js";
export { countMissing, type MissingCounts, type MissingPolicy } from "./data/missing.js";
export { type DataFile, previewTable, type ReadOptions, readDataset } from "./data/read-dataset.js";
export { type Inputs, isSparse, type SampleMatrix, type SparseRows, toDense } from "./data/sample-matrix.js";
export { type Split, type SplitOptions, split, stratifiedCounts } from "./data/split.js";
export { fitStandardizer, type Standardizer, standardize } from "./data/standardize.js";
export { type Suggestion, suggestOptions } from "./data/suggest.js";
export { takeSamples } from "./data/take-samples.js";
export { type CpuDeviceOptions, createCpuDevice } from "./device/cpu/device.js";
export type {
  Device,
  DeviceBuffer,
  DeviceInfo,
  DeviceLimits,
  ElementType,
  Plan,
  ReplayOptions,
  TypedData,
} from "./device/device.js";
export {
  type ArrayOf,
  type Binding,
  type Bindings,
  type CallableKernel,
  type Dispatch,
  defineKernel,
  type Kernel,
  type ParamsOf,
  type Piece,
  type Pieces,
  type Scalars,
  type SimdForm,
} from "./device/kernel.js";
export { createWebgpuDevice, type WebgpuDevice, type WebgpuDeviceOptions } from "./device/webgpu/device.js";
export type { Allocator, Allotment, AllotmentContext } from "./evolution/allocators/allocator.js";
export { ALLOCATORS } from "./evolution/allocators/index.js";
export type { EvolutionConfig, EvolutionOptions, RemovalConfig } from "./evolution/config.js";
export type { LayerEvolution } from "./evolution/evolve-options.js";
export type { GradientProbe } from "./evolution/gradient-probe.js";
export type { Grower, Room } from "./evolution/growers/grower.js";
export { GROWERS } from "./evolution/growers/index.js";
export { PRUNERS } from "./evolution/pruners/index.js";
export type { KeyQuestion, PruneQuestion, Pruner, Removal } from "./evolution/pruners/pruner.js";
export { SCORERS } from "./evolution/scorers/index.js";
export type { PrunedLayer, ScoreQuestion, Scorer } from "./evolution/scorers/scorer.js";
export { type SelectOptions, selectSmallest } from "./evolution/select-smallest.js";
export { type Agreement, type RankedFeature, type Ranking, rankFeatures } from "./experiment/repeat/ranking.js";
export {
  majorityAccuracy,
  type Repeated,
  type RepeatedRun,
  type RepeatOptions,
  repeatTraining,
} from "./experiment/repeat/repeat.js";
export { shuffleLabels } from "./experiment/repeat/shuffle.js";
export { inputStrength } from "./experiment/repeat/strength.js";
export { correctedInterval, type Interval } from "./experiment/statistics/interval.js";
export { checkpointParts, decodeCheckpoint, encodeCheckpoint } from "./io/checkpoint.js";
export { encodeOnnx, type OnnxOptions } from "./io/onnx.js";
export type { ByteSource } from "./io/safetensors.js";
export type { SavedModel, TrainingState } from "./io/saved-model.js";
export { decodeScipy, encodeScipy, type ScipyOptions } from "./io/scipy.js";
export { encodeEvent, encodeEventStart, type Histogram, histogram, type TensorboardEvent } from "./io/tensorboard.js";
export type { Variants } from "./kernels/candidates.js";
export type { Prepared } from "./kernels/prepared.js";
export {
  type CooMatrix,
  type CsrMatrix,
  prepareSddmm,
  prepareSpmm,
  prepareSpmmT,
  type SparseMatrix,
  sddmm,
  spmm,
  spmmT,
} from "./kernels/public.js";
export type { CutCounts } from "./kernels/segments.js";
export type { Variant } from "./kernels/variant.js";
export { LOSSES, type LossName } from "./losses/index.js";
export type { Loss, LossBatch } from "./losses/loss.js";
export { METHODS, type MethodName } from "./methods/index.js";
export { LAYOUTS } from "./methods/layouts/index.js";
export type { Layout, LayoutRule, RemovalPlan, Shape } from "./methods/layouts/layout.js";
export type { Method } from "./methods/method.js";
export type { OwnPiece } from "./methods/pieces.js";
export type { NetworkConfig, OptimizerConfig, OptimizerOptions } from "./nn/config.js";
export type { Block, Layer } from "./nn/layer.js";
export type { MemoryPlan } from "./nn/memory.js";
export type { LayerState, NetworkState } from "./nn/state.js";
export { OPTIMISERS, type OptimizerName } from "./optimisers/index.js";
export type { Constant, Hyper, Optimiser, Rates } from "./optimisers/optimiser.js";
export type { WeightInit } from "./sparse/init-weights.js";
export { erdosRenyi, uniformDensity } from "./sparse/initial.js";
export type { Cells } from "./sparse/place.js";
export {
  type Coo,
  type Csc,
  type Derived,
  fromCoo,
  fromDense,
  type Topology,
  toCoo,
  toCsc,
  validateCsc,
  validateTopology,
} from "./sparse/topology.js";
export { type Evaluation, type LoadedModel, loadModel, type Prediction } from "./train/model.js";
export type { StartShape, TrainConfig, TrainOptions } from "./train/options.js";
export type { TrainData } from "./train/prepare-data.js";
export type {
  DeviceLoss,
  DeviceTrial,
  EpochRecord,
  EvolutionRecord,
  LayerSummary,
  Seconds,
  StartInfo,
  TrainPlan,
} from "./train/records.js";
export type { RunOptions } from "./train/run-options.js";
export type { LearningRate } from "./train/schedules.js";
export { train } from "./train/train.js";
export type { Model } from "./train/trained.js";
export type { TuneMode, TuningReport } from "./train/tuning.js";
export type { BlockView, LayerView, NetworkView } from "./train/view.js";
export type { CheckedKernels, CheckStore, Trial, TuningEntry, TuningStore } from "./tune/entries.js";
export { storageTuning } from "./tune/storage.js";
export type { VariantTable } from "./tune/table.js";
export type { TunedShape } from "./tune/tune.js";
export { CoppiceError, type FailureCode } from "./util/check.js";
export { csvLine } from "./util/csv.js";
export { type Rng, random } from "./util/random.js";
export type { FloatArray } from "./util/types.js";
export { version } from "./util/version.js";
