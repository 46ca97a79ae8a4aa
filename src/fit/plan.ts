import type { Dataset } from "../data/dataset.js";
import { arraysOf } from "../data/sample-matrix.js";
import { METRICS, type MetricName } from "../metrics/index.js";
import { integer, limit, list, nullable, number, oneOf, optional, record, type Schema, text } from "../options/schema.js";
import { duration } from "../report/format.js";
import { TASKS, type TaskName } from "../tasks/index.js";
import { check } from "../util/check.js";
import { counted } from "../util/counted.js";
import { crc32c } from "../util/crc32.js";
import { maximum } from "../util/extremes.js";
import { version } from "../util/version.js";
import { LINEAR_SHARE, linearCandidates, networkCandidates, recipeOf } from "./candidates.js";
import type { Folds } from "./dry-run.js";
import { legsOf } from "./halving.js";
import { trainingMemory } from "./memory.js";
import { countUnits } from "./parts.js";
import type { EstimateMode, FitFamily, FitPlan, FitRung, FitTiming } from "./result.js";

/** Rounds of outer folds of each way to estimate. */
export const ROUNDS: Readonly<Record<EstimateMode, number>> = { none: 0, quick: 1, full: 3 };
/** Folds, inner and outer ones: as many as are usual, as each is another whole search. */
const FOLDS = 5;
/** Those of some data: at most as many as there are samples, or groups. */
const foldsOf = (data: Dataset) => Math.min(FOLDS, countUnits(data));
/** Stops of a whole run: every rung and every evolution falls on one. */
const STOPS = 20;
/** Networks that are averaged in the search: as many as tell an ensemble from a network, which costs less than all of them. */
const SEARCHED = 3;

/** How much is tried: networks, rounds of inner folds, and the part of the suggested epochs. The most that a budget allows is taken. */
export interface Effort {
  readonly networks: number;
  readonly repeats: number;
  readonly epochs: number;
}
const EFFORTS: readonly Effort[] = [
  { networks: 24, repeats: 3, epochs: 1 },
  { networks: 16, repeats: 2, epochs: 1 },
  { networks: 12, repeats: 2, epochs: 1 },
  ...[12, 8, 6, 4, 3, 2, 1].map((networks) => ({ networks, repeats: 1, epochs: 1 })),
  ...[2, 1].map((networks) => ({ networks, repeats: 1, epochs: 0.5 })),
  ...[2, 1].map((networks) => ({ networks, repeats: 1, epochs: 0.2 })),
];

/** The folds of every plan that may be made, and of more: of the most rounds. */
export function mostFolds(data: Dataset, estimate: EstimateMode, seed: number, task: TaskName | undefined): Folds {
  const repeats = maximum(EFFORTS.map(({ repeats }) => repeats));
  return { ...(task && { task }), seed, folds: foldsOf(data), repeats, outer: outerOf(data, estimate) };
}

const outerOf = (data: Dataset, estimate: EstimateMode): FitPlan["outer"] =>
  ROUNDS[estimate] > 0 ? { folds: foldsOf(data), repeats: ROUNDS[estimate] } : null;

/** What a plan is made for. */
export interface PlanRequest {
  readonly device: FitPlan["device"];
  /** Default classes. */
  readonly task?: TaskName;
  /** Default what the task scores. */
  readonly metric?: MetricName;
  readonly seed: number;
  readonly members: number;
  readonly estimate: EstimateMode;
  /** Seconds for everything. */
  readonly budget: number;
  readonly timed: Readonly<Record<FitFamily, FitTiming>>;
  /** Samples of the smallest training; default those of the data. */
  readonly fewest?: number;
  /** The most bytes that a training may take; default Infinity. */
  readonly memoryBytes?: number;
}

/** Epochs of a whole run, and between its stops: as suggested for data of this size, in whole stops. */
export function lengthOf(data: Dataset, task: TaskName | undefined, part = 1): { epochs: number; stop: number } {
  const stop = Math.max(1, Math.round((part * recipeOf(data, task).epochs) / STOPS));
  return { epochs: STOPS * stop, stop };
}

/**
 * The largest plan that fits the budget, by what was timed: a function of its arguments alone. Throws a usage error with the arithmetic where
 * not even the smallest fits.
 */
export function planFit(data: Dataset, request: PlanRequest): FitPlan {
  let least: FitPlan | undefined;
  for (const effort of EFFORTS) {
    least = planOf(data, request, effort);
    if (secondsOf(least) <= request.budget) {
      const memory = largestTraining(data, least, request.memoryBytes);
      return { ...least, forecast: { ...least.forecast, memory } };
    }
  }
  const plan = least as FitPlan;
  check(false, "budget", () => shortBudget(plan, request));
  return plan;
}

function shortBudget(plan: FitPlan, { budget, timed }: PlanRequest): string {
  const { forecast, epochs, folds, outer, estimate } = plan;
  const { start, epoch } = timed.network;
  const training = `${told(start)} to begin and ${counted(epochs, "epoch")} of ${told(epoch)}`;
  const search = `a search of one network on ${folds} folds takes about ${told(forecast.search)} (each ${training}, and linear)`;
  const rest = outer
    ? `, and its ${estimate} estimate on ${outer.folds * outer.repeats} outer folds ${told(forecast.estimate[estimate])}`
    : "";
  return `${told(budget)} is too short for one evaluation: ${search}, a refit ${told(forecast.refit)}${rest}; give at least ${Math.ceil(secondsOf(plan))}s${outer ? ", or --estimate none" : ""}`;
}

const told = (value: number) => (value < 10 ? `${value.toPrecision(2)} s` : duration(value));

/** All that a plan takes. */
export function secondsOf({ forecast, estimate }: FitPlan): number {
  return forecast.search + forecast.refit + forecast.estimate[estimate];
}

function planOf(data: Dataset, request: PlanRequest, effort: Effort): FitPlan {
  const { device, task, metric, seed, members, estimate, budget, timed, fewest } = request;
  const { epochs, stop } = lengthOf(data, task, effort.epochs);
  const frame = { data, task, seed, epochs, stop, fewest };
  const candidates = {
    network: networkCandidates(frame, effort.networks),
    linear: linearCandidates(frame, LINEAR_SHARE * effort.networks),
  };
  const rungs = rungsOf(epochs, { network: candidates.network.length, linear: candidates.linear.length });
  const searchMembers = Math.min(SEARCHED, members);
  const folds = foldsOf(data);
  const plan = { epochs, rungs, folds, repeats: effort.repeats, candidates, members, searchMembers };
  const once = forecastOnce(plan, timed, 1);
  const outer = forecastOnce(plan, timed, 1 - 1 / folds);
  const rounds = (mode: EstimateMode) => ROUNDS[mode] * folds * (outer.search + 2 * outer.refit);
  return {
    version,
    device,
    ...(task && { task }),
    ...(metric && { metric }),
    seed,
    data: { samples: data.samples, features: data.features, checksum: checksumOf(data) },
    ...plan,
    estimate,
    outer: outerOf(data, estimate),
    stop,
    forecast: {
      budget,
      timed,
      ...once,
      memory: 0, // of the plan that is taken it is worked out
      estimate: { none: rounds("none"), quick: rounds("quick"), full: rounds("full") },
    },
  };
}

/** The most bytes that a training of a plan takes. Throws where they are too many: see `trainingMemory`. */
export function largestTraining(data: Dataset, plan: Pick<FitPlan, "candidates" | "members">, limit?: number): number {
  const { candidates, members } = plan;
  return Math.max(
    trainingMemory(data, candidates.network, members, limit),
    trainingMemory(data, candidates.linear.slice(0, 1), 1, limit),
  );
}

/** Candidates are compared after a fifth and half of the whole run: a third goes on, then half of these. Two may always go on once. */
export function rungsOf(epochs: number, count: Readonly<Record<FitFamily, number>>): FitRung[] {
  const first = (count: number) => Math.min(count, Math.max(2, Math.ceil(count / 3)));
  const second = (count: number) => Math.ceil(first(count) / 2);
  const keep = (of: (count: number) => number) => ({ network: of(count.network), linear: of(count.linear) });
  return [
    { epoch: epochs / 5, keep: keep(first) },
    { epoch: epochs / 2, keep: keep(second) },
    { epoch: epochs, keep: keep(() => 1) },
  ];
}

type Sizes = Pick<FitPlan, "epochs" | "rungs" | "folds" | "repeats" | "candidates" | "members" | "searchMembers">;

/** Seconds of a search and a refit on a `part` of the samples. */
function forecastOnce(sizes: Sizes, timed: PlanRequest["timed"], part: number): { search: number; refit: number } {
  const { epochs, rungs, folds, repeats, candidates, members, searchMembers } = sizes;
  const family = (name: FitFamily) => {
    const { start, epoch } = timed[name];
    const each = (epochs: number) => folds * repeats * (start + epochs * epoch * part * (1 - 1 / folds));
    const legs = legsOf(rungs, name, candidates[name].length);
    return legs.reduce((total, leg) => total + leg.alive * each(leg.epoch - leg.from), 0);
  };
  const { network, linear } = timed;
  const refit = network.start + linear.start + epochs * part * ((network.epoch * members) / searchMembers + linear.epoch);
  return { search: family("network") + family("linear"), refit };
}

/** A checksum of values, labels and groups: tells data apart, and guards against nobody. */
export function checksumOf({ x, y, groups = [], classes, targets, targetNames }: Dataset): string {
  const texts = new TextEncoder().encode(JSON.stringify([classes, groups, ...(targetNames ? [targetNames] : [])]));
  const parts = [...arraysOf(x), y, texts, ...(targets ? [targets] : [])].map((array) =>
    crc32c(new Uint8Array(array.buffer, array.byteOffset, array.byteLength)),
  );
  return crc32c(new Uint8Array(Uint32Array.from(parts).buffer))
    .toString(16)
    .padStart(8, "0");
}

const seconds = number({ min: 0 });
const some = integer({ min: 1 });
const each = <T>(schema: Schema<T>) => record({ network: schema, linear: schema });
const candidates = list(record({ name: text(), options: record({}) }), { least: 1 });
/** The fields of a plan: it may have been read from a file. */
export const PLAN = record({
  version: text(),
  device: oneOf(["webgpu", "cpu"]),
  task: optional(oneOf(Object.keys(TASKS))),
  metric: optional(oneOf(Object.keys(METRICS))),
  seed: integer({ min: 0, max: 2 ** 32 - 1 }),
  data: record({ samples: some, features: some, checksum: text() }),
  members: integer({ min: 1, max: 256 }),
  searchMembers: some,
  folds: integer({ min: 2 }),
  repeats: some,
  epochs: some,
  stop: some,
  estimate: oneOf(Object.keys(ROUNDS)),
  outer: nullable(record({ folds: integer({ min: 2 }), repeats: some })),
  rungs: list(record({ epoch: some, keep: each(some) }), { least: 1 }),
  candidates: each(candidates),
  forecast: record({
    timed: each(record({ start: seconds, epoch: seconds })),
    budget: limit(),
    search: seconds,
    refit: seconds,
    memory: number({ min: 0 }),
    estimate: record({ none: seconds, quick: seconds, full: seconds }),
  }),
});

/** Throws a usage error unless a plan is for these data. */
export function checkPlan({ data: planned }: FitPlan, data: Dataset): void {
  const found = { samples: data.samples, features: data.features, checksum: checksumOf(data) };
  const same = planned.samples === found.samples && planned.features === found.features && planned.checksum === found.checksum;
  check(same, "plan", () => {
    const words = ({ samples, features, checksum }: FitPlan["data"]) =>
      `${counted(samples, "sample")} of ${counted(features, "feature")} (checksum ${checksum})`;
    return `it is for ${words(planned)}, the data are ${words(found)}; give the data that it was made for, or begin anew`;
  });
}
