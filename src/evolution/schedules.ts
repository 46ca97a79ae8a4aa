import { check } from "../util/check.js";

/** The courses of zeta by name: the part of it that is left after the part t of the epochs. */
export const ZETA_SCHEDULES = {
  constant: () => 1,
  cosine: (t: number) => (1 + Math.cos(Math.PI * t)) / 2,
  linear: (t: number) => 1 - t,
};
/** The name of a course of zeta. */
export type ZetaSchedule = keyof typeof ZETA_SCHEDULES;

/** Time between evolutions: epochs, or steps such as "100steps". */
export type Period = number | `${number}steps`;

const STEPS = /^[1-9]\d*steps$/;

/** Whether a value is a whole number of epochs or of steps, of at least 1. */
export const isPeriod = (value: unknown): boolean =>
  typeof value === "string" ? STEPS.test(value) : Number.isSafeInteger(value) && (value as number) >= 1;

/** A period in epochs, of so many steps each; what is said in steps is kept as well. */
export function periodIn(period: Period, stepsPerEpoch: number): { readonly period: number; readonly periodSteps?: number } {
  if (typeof period === "number") return { period };
  const periodSteps = Number.parseInt(period, 10);
  return { period: periodSteps / stepsPerEpoch, periodSteps };
}

/** How often evolutions follow, and the part of the training after which none does, absent where it is all. */
export interface Pace {
  /** In epochs. */
  readonly period: number;
  readonly until?: number;
}

/** So that fractions of an epoch which stand for whole steps are taken for these. */
const STEP_ERROR = 1e-9;

/** The time in epochs, of `all`, after which nothing evolves: where a fraction of them is meant for whole ones, these. */
export const endOf = ({ until = 1 }: Pick<Pace, "until">, all: number): number => Math.round(until * all * 1e9) / 1e9;

/** Whether no evolution follows any more after so many steps. */
export const isOver = (pace: Pick<Pace, "until">, all: number, steps: number, stepsPerEpoch: number): boolean =>
  steps > (endOf(pace, all) + STEP_ERROR) * stepsPerEpoch;

/** How many evolutions follow in the first `epochs` of a run of `all`: the end of the run is no occasion. */
export function countEvolutions({ period, until }: Pace, all: number, epochs = all): number {
  const last = Math.floor((all - STEP_ERROR) / period);
  return Math.min(last, Math.floor(Math.min(epochs, endOf({ until }, all)) / period + STEP_ERROR));
}

/** When neurons leave, and how many. */
interface Removal {
  readonly amount: number;
  readonly first: number;
  readonly last: number;
  readonly every: number;
}

/** A course of the removal. */
interface RemovalSchedule {
  /** Where scores say how many leave: so many, of neurons of these scores, now. */
  leaving?(removal: Removal, scores: ArrayLike<number>): number;
  /** Whether neurons are scored at all after `epoch`. */
  due(removal: Removal, epoch: number): boolean;
  /** How many of a layer's first n0 neurons are to be gone after `epoch`, of which `gone` are; what is below `gone` asks for no more. */
  target(removal: Removal, n0: number, gone: number, epoch: number): number;
}

/** From the first epoch to the last, where `reached` is the part of the amount that is gone after the part t of the time between. */
function gradual(reached: (t: number) => number): RemovalSchedule {
  return {
    due: ({ first }, epoch) => epoch >= first,
    target({ amount, first, last }, n0, _gone, epoch) {
      const t = Math.min(1, Math.max(0, (epoch - first) / (last - first)));
      return Math.round(amount * n0 * reached(t));
    },
  };
}

/** The same fraction of the living each time (importance pruning, Curci et al. 2021). */
const percentile: RemovalSchedule = {
  due: ({ first, last, every }, epoch) => epoch >= first && epoch <= last && (epoch - first) % every === 0,
  target: (removal, n0, gone, epoch) => (percentile.due(removal, epoch) ? gone + Math.floor(removal.amount * (n0 - gone)) : gone),
};

/** Those whose score is below the fraction of the mean score of their layer (SRigL, Lasby et al. 2024, where scores are inputs that count). */
const below: RemovalSchedule = {
  due: ({ first, last }, epoch) => epoch >= first && epoch <= last,
  target: (_removal, _n0, gone) => gone, // not known before there are scores
  leaving({ amount }, scores) {
    const all = Array.from(scores);
    const mean = all.reduce((sum, score) => sum + score, 0) / Math.max(1, all.length);
    check(
      all.every((score) => score >= 0),
      "removal schedule below",
      () => {
        return "it goes by scores of at least 0, and the scorer gives others; take another schedule, such as cubic";
      },
    );
    return all.filter((score) => score < amount * mean).length;
  },
};

/** The courses of the removal by name. */
export const REMOVAL_SCHEDULES: Readonly<Record<"cubic" | "linear" | "percentile" | "below", RemovalSchedule>> = {
  cubic: gradual((t) => 1 - (1 - t) ** 3),
  linear: gradual((t) => t),
  percentile,
  below,
};
/** The name of a course of the removal. */
export type RemovalScheduleName = keyof typeof REMOVAL_SCHEDULES;
