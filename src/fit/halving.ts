import type { Stop } from "../experiment/run/leg.js";
import type { Told } from "../metrics/metric.js";
import { costOf, type Heard, type Judging } from "../tasks/judging/judging.js";
import type { FitFamily, FitRung, FitStop } from "./result.js";

/** A candidate's trainings, one a fold: where they stand. */
export interface Training {
  readonly epoch: number;
  readonly diverged: boolean;
  readonly stops: readonly Stop[];
}

/** A candidate's curve over the samples of all its folds; none where a fold diverged, as no other fold makes up for it. */
export function curveOf({ score, beside }: Judging, trainings: readonly Training[], held: readonly Held[]): FitStop[] {
  if (trainings.some(({ diverged }) => diverged)) return [];
  return trainings[0].stops.map(({ epoch }) => {
    const folds = heardAt(trainings, held, epoch);
    return { epoch, score: score.of(folds), beside: beside.of(folds) };
  });
}

/** What a fold holds out, and what models say is held against. */
export type Held = Omit<Heard, "said">;

/** What was said at a stop, fold after fold. */
export function heardAt(trainings: readonly Training[], held: readonly Held[], epoch: number): Heard[] {
  return trainings.map(({ stops }, fold) => ({ ...held[fold], said: stops.find((stop) => stop.epoch === epoch)?.said ?? [] }));
}

/**
 * The stop with the best score after epoch `last`, or of all where there is none so far; of equals the earlier.
 */
export function bestStop(curve: readonly FitStop[], last: number, score: Told): FitStop | undefined {
  const after = curve.filter(({ epoch }) => epoch > last);
  const among = after.length > 0 ? after : curve;
  return among.reduce<FitStop | undefined>(
    (best, stop) => (best && costOf(score, best.score) <= costOf(score, stop.score) ? best : stop),
    undefined,
  );
}

/** What is trained of a family: `alive` candidates from epoch `from` to `epoch`, of which `keep` go on. */
export interface Leg {
  readonly from: number;
  readonly epoch: number;
  readonly alive: number;
  readonly keep: number;
}

/** The legs of a family of `count` candidates. Where all would go on they do not rest: beginning again takes time. */
export function legsOf(rungs: readonly FitRung[], family: FitFamily, count: number): Leg[] {
  const legs: Leg[] = [];
  let [from, alive] = [0, count];
  for (const [r, { epoch, keep }] of rungs.entries()) {
    if (keep[family] >= alive && r < rungs.length - 1) continue;
    legs.push({ from, epoch, alive, keep: keep[family] });
    [from, alive] = [epoch, keep[family]];
  }
  return legs;
}

/** The `keep` items of least score, in their order; of equals the earlier stay. */
export function survivors<T>(items: readonly T[], scoreOf: (item: T) => number, keep: number): T[] {
  const order = items.map((item, i) => ({ i, score: scoreOf(item) })).sort((a, b) => compare(a.score, b.score) || a.i - b.i);
  const kept = new Set(order.slice(0, keep).map(({ i }) => i));
  return items.filter((_, i) => kept.has(i));
}

/** Infinity minus Infinity is no number to sort by. */
const compare = (a: number, b: number) => (a === b ? 0 : a - b);
