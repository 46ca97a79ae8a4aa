// `coppice/extend`: pieces and kernels of your own, and the built-in ones by their names.

import "./globals.js";

export type { Activation, ActivationParameter, OnnxGraph } from "../activations/activation.js";
export { ACTIVATIONS, type ActivationName } from "../activations/index.js";
export type { DeviceBuffer, DeviceLimits, ElementType, Recording, ReplayOptions, TypedData } from "../device/device.js";
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
} from "../device/kernel.js";
export type { Place } from "../device/place.js";
export type { Allocator, Allotment, AllotmentContext } from "../evolution/allocators/allocator.js";
export { ALLOCATORS } from "../evolution/allocators/index.js";
export type { EvolutionConfig, EvolutionOptions, RemovalConfig } from "../evolution/config.js";
export type { LayerEvolution } from "../evolution/evolve-options.js";
export type { GradientProbe } from "../evolution/gradient-probe.js";
export type { Grower, Room } from "../evolution/growers/grower.js";
export { GROWERS } from "../evolution/growers/index.js";
export { PRUNERS } from "../evolution/pruners/index.js";
export type { KeyQuestion, PruneCount, PruneQuestion, Pruner, RankQuestion } from "../evolution/pruners/pruner.js";
export type { Period } from "../evolution/schedules.js";
export { SCORERS } from "../evolution/scorers/index.js";
export type { MeasureQuestion, PrunedLayer, ScoreQuestion, Scorer } from "../evolution/scorers/scorer.js";
export type { Block } from "../layers/block.js";
export type { Dropout, LayerKind, LayerStep, OnnxLayer, Response } from "../layers/kind.js";
export type { Members } from "../layers/members.js";
export type { Axis, ParamSpec } from "../layers/param.js";
export { LOSSES, type LossName } from "../losses/index.js";
export type { Batch, Loss, LossBatch, WholeBatch } from "../losses/loss.js";
export { METHODS, type MethodName } from "../methods/index.js";
export { LAYOUTS } from "../methods/layouts/index.js";
export type { Layout, LayoutQuestion, LayoutRule, RemovalSchedule } from "../methods/layouts/layout.js";
export type { Method } from "../methods/method.js";
export type { OwnPiece } from "../methods/pieces.js";
export { METRICS, type MetricName } from "../metrics/index.js";
export type { Metric, MetricRange, Outcome, SummedMetric, Told } from "../metrics/metric.js";
export type { NetworkConfig, OptimizerConfig, OptimizerOptions } from "../nn/config.js";
export type { Layer } from "../nn/layer.js";
export { OPTIMISERS, type OptimizerName } from "../optimisers/index.js";
export type { Constant, Hyper, HyperParams, Optimiser, Rates } from "../optimisers/optimiser.js";
export { RATES, type RateName } from "../rates/index.js";
export type { RateQuestion, RateSchedule } from "../rates/rate-schedule.js";
export type { Cells } from "../sparse/place.js";
export { TASKS, type TaskName } from "../tasks/index.js";
export type { Heard, Judging, Score } from "../tasks/judging/judging.js";
export type { Answer, Collector, MemberOutputs, OnnxOutput, Outputs, Task } from "../tasks/task.js";
