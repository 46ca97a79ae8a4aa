import { checkLabelled } from "../data/check-dataset.js";
import type { Dataset } from "../data/dataset.js";
import { checkDevice, type Device } from "../device/device.js";
import { judgingOf } from "../experiment/run/leg.js";
import { METRICS, type MetricName } from "../metrics/index.js";
import { take } from "../options/schema.js";
import { checkedOutputs } from "../tasks/checked.js";
import { TASKS, type TaskName, taskOf } from "../tasks/index.js";
import { settleTask } from "../train/config.js";
import { openDevice } from "../train/devices.js";
import {
  check,
  checkFunction,
  checkInteger,
  checkKeys,
  checkLimit,
  checkObject,
  checkOneOf,
  checkSignal,
} from "../util/check.js";
import { counted } from "../util/counted.js";
import { version } from "../util/version.js";
import { answerOf, refit } from "./answer.js";
import { networkCandidates } from "./candidates.js";
import { checkFolds } from "./dry-run.js";
import { estimate } from "./estimate.js";
import { trainingMemory } from "./memory.js";
import { nearEqual } from "./near-equal.js";
import { checkClassSizes, chooseAll, classNotes } from "./parts.js";
import { checkPlan, largestTraining, lengthOf, mostFolds, PLAN, planFit } from "./plan.js";
import { createProgress, type FitProgress } from "./progress.js";
import type { EstimateMode, FitChoice, FitPlan, FitResult } from "./result.js";
import { search } from "./search.js";
import { scoresOf } from "./sets.js";
import { checkStore, type FitStore, memoryStore } from "./store.js";
import { timeFamily } from "./time.js";
import { checkSlots, type FitRun, type FitSlots } from "./trial.js";
import { verdictOf } from "./verdict.js";

/** How to find a model. */
export interface FitOptions {
  /** Seconds for everything, the estimate and the last training too; default 600. A plan says it itself. */
  readonly budget?: number;
  /** What is learnt: all of `TASKS` but reconstruct. Default as `train` has it: by the data, classes, several labels or numbers. */
  readonly task?: TaskName;
  /** What the search goes by, one of the task's metrics; default the task's score, of classes cross-entropy. */
  readonly metric?: MetricName;
  /** How good the answer is, by nested cross-validation: quick (default) with one round of five outer folds, full with three, or none. */
  readonly estimate?: EstimateMode;
  /** Networks that are averaged, 1 to 256; default 10. */
  readonly members?: number;
  /** Fixes folds, candidates and every random stream; default 1. */
  readonly seed?: number;
  /** The most bytes that a training may take, by its estimate; default what the device has. */
  readonly memoryBytes?: number;
  /** Where to compute; auto (default) takes the CPU, whose bits are the same on every computer. A Device that is given stays the caller's. */
  readonly device?: "auto" | "cpu" | "webgpu" | Device;
  /** A recorded plan, which is followed: neither clock nor the options above decide then. */
  readonly plan?: FitPlan;
  /** Where the work is kept as it is done, so that it can be gone on with; default memory. */
  readonly store?: FitStore;
  /** Where trainings are made in the place of this process, several at a time; the model is the same. */
  readonly slots?: FitSlots;
  /** Ends the work between submits; `fit` rejects with its reason. What the store has is not trained again. */
  readonly signal?: AbortSignal;
  /** Asked between submits: the work stands still until what it returns has resolved. */
  readonly hold?: () => Promise<void> | undefined;
  /** Told the plan, before its first trial, and what there is to know of the data. */
  readonly onPlan?: (plan: FitPlan, notes: readonly string[]) => void | Promise<void>;
  /** Told after every training. */
  readonly onProgress?: (progress: FitProgress) => void;
}

const KEYS: Readonly<Record<keyof FitOptions, true>> = {
  budget: true,
  task: true,
  metric: true,
  estimate: true,
  members: true,
  seed: true,
  memoryBytes: true,
  device: true,
  plan: true,
  store: true,
  slots: true,
  signal: true,
  hold: true,
  onPlan: true,
  onProgress: true,
};

/**
 * Finds the best model for a table: baselines, a search over networks and `linear` by successive halving, a last training on all samples,
 * and an honest estimate by nested cross-validation.
 *
 * First a few timed epochs turn the budget into a plan. From then on nothing asks the clock: the same data, plan and kind of device end with the same
 * bits, however often it was stopped and gone on with.
 *
 * Throws a usage error on options out of range, on a class of one sample, on members that do not fit into the memory (with the arithmetic), where a fold has no two classes to learn and test, on a budget that is too short for one evaluation (with the arithmetic), and
 * on a plan for other data; a failure where `linear` diverges at every rate, or on all samples. Networks that diverge on all samples leave `linear` as the answer, and a note says so.
 *
 * @example
 * const { model, verdict } = await fit(await digits(), { budget: 60, estimate: "none" });
 */
export async function fit(data: Dataset, options: FitOptions = {}): Promise<FitResult> {
  checkOptions(options);
  checkLabelled(data);
  check(data.weights === undefined, data.name, () => {
    return "its samples have weights, which fit does not know; leave option sampleWeight (weights) out";
  });
  const { store = memoryStore(), slots, signal, hold } = options;
  const given = options.device ?? "auto";
  const kind = options.plan?.device ?? (given === "webgpu" ? "webgpu" : "cpu");
  const device = typeof given === "object" ? given : await openDevice(kind);
  try {
    return await fitOn({ device, store, slots, signal, hold, hostMemoryBytes: options.memoryBytes }, data, options);
  } finally {
    if (typeof given !== "object") await device.dispose();
  }
}

async function fitOn(run: FitRun, given: Dataset, options: FitOptions): Promise<FitResult> {
  const task = taskIn(given, options);
  const estimated = options.plan ? options.plan.outer !== null : options.estimate !== "none";
  const alike = nearEqual(given, { units: estimated ? 3 : 2 }); // one to hold out, one to choose by, one to learn from
  const data: Dataset = { ...given, ...(alike.groups && { groups: alike.groups }) };
  checkClassSizes(data);
  if (options.plan) checkPlan(options.plan, data);
  const fewest = checkFolds(data, options.plan ?? mostFolds(data, options.estimate ?? "quick", options.seed ?? 1, task));
  if (options.plan) largestTraining(data, options.plan, options.memoryBytes);
  const plan = options.plan ?? (await makePlan(run, data, fewest, task, options));
  check(run.device.info.kind === plan.device, "device", () => `is ${run.device.info.kind}, but the plan is for ${plan.device}`);
  const { divided } = taskOf(task);
  const notes = [...alike.notes, ...classNotes(data, plan.folds, task), ...(divided ? [`folds are ${divided(data)}`] : [])];
  await options.onPlan?.(plan, notes);
  const events = createProgress(plan, options.onProgress);
  events.onPart("search");
  const found = await search(run, chooseAll(data), plan, "whole", events);
  events.onPart("last training");
  const refits = await refit(run, chooseAll(data), plan, "whole", found, events.onRefit);
  const { choice } = refits;
  const measured = await estimate(run, data, plan, events);
  const { name, samples, features, classes, featureNames, y, targets, targetNames } = data;
  const { measures, truth } = judgingOf(task);
  const { length: outputs } = checkedOutputs(taskOf(task), data);
  return {
    version,
    seed: plan.seed,
    plan,
    trials: found.trials,
    chosen: choice,
    estimate: measured,
    notes: [...notes, ...fallenNotes(found.trials), ...(choice === found.choice ? [] : [divergedNote(found.choice)])],
    data: {
      name,
      samples,
      features,
      classes,
      y,
      ...(targets && { targets, targetNames }),
      ...(featureNames && { featureNames }),
    },
    verdict: verdictOf(choice, measured, measures(outputs)[0]),
    model: { ...answerOf(refits), ...(truth && { conformal: scoresOf(choice, plan) }) },
    linear: refits.linear,
  };
}

/** Turns the budget into a plan, by a few epochs that are timed. */
async function makePlan(
  run: FitRun,
  data: Dataset,
  fewest: number,
  task: TaskName | undefined,
  { budget = 600, metric, estimate = "quick", members = 10, seed = 1, memoryBytes }: FitOptions,
): Promise<FitPlan> {
  const frame = { data, task, seed, fewest, ...lengthOf(data, task) };
  trainingMemory(data, networkCandidates(frame, 1), members, memoryBytes); // before anything is timed
  const timed = {
    linear: await timeFamily(run, data, "linear", 1, seed, task),
    network: await timeFamily(run, data, "network", Math.min(3, members), seed, task),
  };
  return planFit(data, {
    device: run.device.info.kind,
    task,
    metric,
    seed,
    members,
    estimate,
    budget,
    timed,
    fewest,
    memoryBytes,
  });
}

/** What there is to tell where no network was left to choose. */
function fallenNotes(trials: FitResult["trials"]): string[] {
  const networks = trials.filter(({ family }) => family === "network");
  if (!networks.every(({ diverged }) => diverged)) return [];
  return [`all ${counted(networks.length, "network")} that were tried diverged on the folds: linear was held against none`];
}

function divergedNote({ best: { network } }: FitChoice): string {
  return `${network?.candidate.name}, the best networks on the folds, diverged on all samples: linear alone is the answer`;
}

/** What is learnt; undefined of classes, as in plans and models. Throws where the data are not of the task. */
function taskIn(data: Dataset, { task: asked, plan, metric }: FitOptions): TaskName | undefined {
  const task = plan ? (plan.task ?? "classification") : (asked ?? (settleTask({}, data) as TaskName));
  check(asked === undefined || asked === task, "task", () => `${asked} contradicts the plan, which is for ${task}; leave it out`);
  judgingOf(task, metric);
  checkedOutputs(taskOf(task), data);
  return task === "classification" ? undefined : task;
}

function checkOptions(options: FitOptions): void {
  checkObject(options, "fit: options", "object of options");
  checkKeys(options, KEYS, "fit: option");
  const {
    budget,
    task,
    metric,
    estimate,
    members,
    seed,
    memoryBytes,
    device,
    plan,
    store,
    slots,
    signal,
    hold,
    onPlan,
    onProgress,
  } = options;
  if (budget !== undefined) checkLimit(budget, "budget");
  if (metric !== undefined) checkOneOf(metric, Object.keys(METRICS), "metric");
  if (task !== undefined) {
    checkOneOf(task, Object.keys(TASKS), "task");
    judgingOf(task);
  }
  if (estimate !== undefined) checkOneOf(estimate, ["none", "quick", "full"], "estimate");
  if (members !== undefined) checkInteger(members, "members", 1, 256);
  if (seed !== undefined) checkInteger(seed, "seed", 0, 2 ** 32 - 1);
  if (memoryBytes !== undefined) checkLimit(memoryBytes, "memoryBytes", 1);
  if (typeof device === "string") checkOneOf(device, ["auto", "cpu", "webgpu"], "device");
  else if (device !== undefined) checkDevice(device, "device");
  if (plan !== undefined) take(PLAN, plan, "plan");
  if (store !== undefined) checkStore(store);
  if (slots !== undefined) checkSlots(slots);
  if (signal !== undefined) checkSignal(signal, "signal");
  for (const [name, call] of Object.entries({ hold, onPlan, onProgress })) if (call !== undefined) checkFunction(call, name);
  const asked = Object.keys({ budget, estimate, members, seed, metric }).filter(
    (key) => options[key as keyof FitOptions] !== undefined,
  );
  check(plan === undefined || asked.length === 0, asked[0] ?? "plan", () => "contradicts the plan, which says it; leave it out");
}
