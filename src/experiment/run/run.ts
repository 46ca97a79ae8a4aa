import type { Dataset } from "../../data/dataset.js";
import type { Device } from "../../device/device.js";
import { type MetricName, metricOf } from "../../metrics/index.js";
import type { Metric } from "../../metrics/metric.js";
import { optimizerFields } from "../../nn/config.js";
import { hiddenNeurons } from "../../report/format.js";
import { checkedOutputs, checkedTargets } from "../../tasks/checked.js";
import { taskOf } from "../../tasks/index.js";
import type { Task } from "../../tasks/task.js";
import { trainConfig } from "../../train/config.js";
import { measureKey } from "../../train/measures.js";
import type { TrainOptions } from "../../train/options.js";
import type { EpochRecord, LayerSummary } from "../../train/records.js";
import { train } from "../../train/train.js";
import type { Model } from "../../train/trained.js";
import { variantsOf } from "../../tune/table.js";
import { CoppiceError, check, failedWith } from "../../util/check.js";
import { fieldsOf } from "../measures.js";
import { trainedFlop } from "../plan/flop.js";
import { type Fold, validationFolds } from "./folds.js";
import { postRemoval } from "./post-removal.js";
import type { PartMeasures, RunKey, RunResult } from "./records.js";
import { type Rates, type Tuned, tuneRun, type ValidationCurve } from "./tune-run.js";

/** Everything that a run does, apart from its data: JSON. */
export interface RunTask {
  readonly key: string;
  readonly run: RunKey;
  /** Of the split and of the training. */
  readonly seed: number;
  /** Options of the refit but for seed and rates; its task is one that is built in, or the object. */
  readonly train: TrainOptions;
  /** How to tune; null where `rates` are given. */
  readonly grid: TuningGrid | null;
  readonly rates: Rates | null;
  /** Whether neurons are taken out of the trained network: Figure 1. */
  readonly removeAfter: boolean;
}

/** How a run is tuned inside its training part. */
export interface TuningGrid {
  readonly lrs: readonly number[];
  readonly decays: readonly number[];
  readonly folds: number;
  /** Fraction of the training part that a fold holds. */
  readonly validation: number;
  /** What it goes by; absent of the loss. */
  readonly metric?: MetricName;
}

/** What a result says of its origin, beside what was computed. */
export interface RunOrigin {
  readonly config: string;
  readonly version: string;
  readonly command: string;
  readonly data: { readonly name: string; readonly sha256: string | null; readonly samples: number };
}

/** How to run. */
export interface RunSettings {
  /** Stays the caller's. */
  readonly device: Device;
  /** See `RunOptions`. */
  readonly hostMemoryBytes?: number;
  readonly signal?: AbortSignal;
  /** Called after every training, with how many are done of how many. */
  readonly onTraining?: (done: number, of: number) => void;
}

/** The validation set is looked at about so many times in a training: each costs a pass over the fitted part too. */
export const EVALUATIONS = 10;

/**
 * One run of a suite. Inside the training part alone: folds, the grid's trainings (`tuneRun`), standardised by the fitted part. Then a
 * refit on the whole training part with the split's seed; its last epoch is tested on the test part, which decides nothing. Kernel variants
 * are the defaults, so bits depend on the device's kind alone. Throws a failure where all of tuning, or the refit, diverged.
 */
export async function performRun(
  parts: { readonly train: Dataset; readonly test: Dataset },
  task: RunTask,
  origin: RunOrigin,
  { device, hostMemoryBytes, signal, onTraining }: RunSettings,
): Promise<RunResult> {
  const start = performance.now();
  const trainings = task.grid ? task.grid.folds * (task.grid.lrs.length + task.grid.decays.length - 1) + 1 : 1;
  let done = 0;
  const finished = () => onTraining?.(++done, trainings);
  const tuning = task.grid ? await tune(parts.train, task, task.grid, { device, hostMemoryBytes, signal }, finished) : null;
  const rates = tuning?.tuned ?? task.rates;
  check(rates !== null, task.key, () => "has neither a grid nor rates");
  const tuned = performance.now();
  const options = { ...withRates(task.train, rates), seed: task.seed };
  const learnt = taskOf(options.task);
  const { model, layers } = await trained(parts, options, { device, hostMemoryBytes, signal });
  try {
    finished();
    const { seconds } = model;
    const best = tuning?.tuned.bestEpoch;
    return {
      key: task.key,
      run: task.run,
      config: origin.config,
      version: origin.version,
      plan: model.plan,
      command: origin.command,
      data: {
        ...origin.data,
        features: parts.train.features,
        classes: checkedOutputs(learnt, parts.train),
        trainSamples: parts.train.samples,
        testSamples: parts.test.samples,
      },
      seed: task.seed,
      options,
      tuning: tuning && { trials: tuning.tuned.trials, lr: rates.lr, decay: rates.decay, edge: tuning.tuned.edge },
      ...(await measure(model, learnt, parts.test)),
      atBestValidation: best === undefined ? null : { epoch: best, ...measures(model.history[best - 1], ["test"], learnt) },
      floor: learnt.floor?.of(parts.train, parts.test) ?? null,
      parameters: parametersOf(layers, model.layers),
      neurons: model.neurons,
      flop: { train: trainedFlop(layers, model.history, model.evolutions, parts.train.samples), tuning: tuning?.flop ?? 0 },
      curves: curvesOf(model.history, learnt),
      removedAfter: task.removeAfter
        ? await postRemoval(device, await model.save(), parts.test, {
            seed: task.seed,
            variants: variantsOf(model.plan.variants),
          })
        : null,
      seconds: { total: (performance.now() - start) / 1000, tuning: (tuned - start) / 1000, train: seconds.total },
    };
  } finally {
    await model.dispose();
  }
}

/** Options of a refit, or of a training of tuning, with the rates it takes; a course of the learning rate stays. */
export function withRates(options: TrainOptions, { lr, decay }: Rates): TrainOptions {
  const course = typeof options.lr === "object" ? { ...options.lr, rate: lr } : lr;
  return { ...options, lr: course, optimizer: { ...optimizerFields(options.optimizer), decay } };
}

async function tune(
  training: Dataset,
  { train: options, seed }: RunTask,
  grid: TuningGrid,
  settings: RunSettings,
  finished: () => void,
): Promise<{ tuned: Tuned; flop: number }> {
  const task = taskOf(options.task);
  const folds = validationFolds(training, grid.folds, grid.validation, seed, task);
  const { epochs, evolution } = trainConfig(options, { ...training, classes: checkedOutputs(task, training).length });
  const evaluateEvery = Math.max(1, Math.round(epochs / EVALUATIONS));
  const removed = evolution?.removal ? Math.ceil(Math.ceil(evolution.removal.last / evolution.period) * evolution.period) : 0;
  let flop = 0;
  const tuned = await tuneRun({ ...grid, firstEpoch: removed + 1 }, async (rates, fold) => {
    const told = { ...withRates(options, rates), ...metricsFor(grid, task), seed, evaluateEvery };
    const fitted = await trainOn(folds[fold], told, settings, grid.metric && metricOf(grid.metric));
    finished();
    flop += fitted?.flop ?? 0;
    return fitted;
  });
  return { tuned, flop };
}

/** Trains with the default kernel variants; `layers` are those that training began with. */
async function trained(
  parts: Parameters<typeof train>[0],
  options: TrainOptions,
  { device, hostMemoryBytes, signal }: RunSettings,
): Promise<{ model: Model; layers: readonly LayerSummary[] }> {
  let layers: readonly LayerSummary[] = [];
  const model = await train(parts, {
    ...options,
    device,
    hostMemoryBytes,
    tune: "off",
    signal,
    onStart: (info) => {
      layers = info.layers;
    },
  });
  return { model, layers };
}

/** The metric that tuning goes by, as one that is told of beside the task's own; nothing of the loss and of these. */
export const metricsFor = ({ metric }: Pick<TuningGrid, "metric">, { metrics }: Task): Pick<TrainOptions, "metrics"> =>
  metric === undefined || metrics.some(({ name }) => name === metric) ? {} : { metrics: [metric] };

/** Trains on a fold, and tells the losses, or what stands for them: a metric's values, negative where larger ones are better. Null where training diverged. */
async function trainOn(
  { train: fitted, validation }: Fold,
  options: TrainOptions,
  settings: RunSettings,
  goal: Metric | undefined,
): Promise<(ValidationCurve & { flop: number }) | null> {
  try {
    const { model, layers } = await trained({ train: fitted, validation }, options, settings);
    await model.dispose();
    const evaluated = model.history.filter(({ validationLoss }) => validationLoss !== null);
    const sign = goal?.better === "larger" ? -1 : 1;
    const field = measureKey("validation", goal?.name ?? "loss");
    const losses = evaluated.map((record) => sign * Number(record[field]));
    if (!losses.every(Number.isFinite)) return null;
    const flop = trainedFlop(layers, model.history, model.evolutions, fitted.samples);
    return { epochs: evaluated.map(({ epoch }) => epoch), losses, flop };
  } catch (error) {
    if (failedWith(error, "diverged")) return null;
    throw error;
  }
}

/** Loss and metrics at the last epoch, with what the task measures on the test part; and which answers there are right. */
async function measure(model: Model, task: Task, test: Dataset): Promise<Pick<RunResult, "final" | "correct">> {
  const last = measures(model.history[model.history.length - 1], ["train", "test"], task);
  for (const [name, value] of Object.entries(last))
    if (!Number.isFinite(value)) throw new CoppiceError(`the refit ended with ${name} ${value}: its outputs overflow`, "failure");
  const evaluation: object = await model.evaluate(test);
  const found = [...task.metrics, ...(task.measured ?? [])].map(({ name }) => [
    measureKey("test", name),
    evaluation[name as never],
  ]);
  const targets = checkedTargets(task, test, model.classes.length);
  const right = targets && task.right?.(await model.predict(test.x), targets);
  return { final: { ...last, ...Object.fromEntries(found) }, correct: right?.map(Number).join("") ?? null };
}

/** Loss and metrics of an epoch. */
function measures(record: EpochRecord, parts: readonly ("train" | "test")[], task: Task): PartMeasures {
  return Object.fromEntries(fieldsOf(task, parts).map((field) => [field, Number(record[field])]));
}

function parametersOf(first: readonly LayerSummary[], last: readonly LayerSummary[]): RunResult["parameters"] {
  const count = (layers: readonly LayerSummary[]) => layers.reduce((sum, { nnz, out }) => sum + nnz + out, 0);
  return { initial: count(first), final: count(last) };
}

function curvesOf(history: readonly EpochRecord[], task: Task): RunResult["curves"] {
  const fields = fieldsOf(task, ["train", "test"]);
  return {
    ...Object.fromEntries(fields.map((field) => [field, history.map((record) => Number(record[field]))])),
    nnz: history.map(({ nnz }) => nnz),
    hidden: history.map(({ neurons }) => hiddenNeurons(neurons)),
  };
}
