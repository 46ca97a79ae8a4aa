import type { Stop } from "../experiment/run/leg.js";
import { crossEntropyOf } from "./blend-weights.js";
import type { FitFamily, FitRung, FitStop } from "./result.js";

/** A candidate's trainings, one a fold: where they stand. */
export interface Training {
  readonly epoch: number;
  readonly diverged: boolean;
  readonly stops: readonly Stop[];
}

/** A candidate's curve over the samples of all its folds; none where a fold diverged, as no other fold makes up for it. */
export function curveOf(trainings: readonly Training[]): FitStop[] {
  if (trainings.some(({ diverged }) => diverged)) return [];
  return trainings[0].stops.map(({ epoch }, k) => {
    const truth = truthAt(trainings, epoch);
    const right = trainings.reduce((sum, { stops }) => sum + stops[k].right, 0);
    return { epoch, crossEntropy: crossEntropyOf(truth), accuracy: right / truth.length };
  });
}

/** The probabilities of the true classes at a stop, fold after fold. */
export function truthAt(trainings: readonly Training[], epoch: number): Float64Array {
  return Float64Array.from(trainings.flatMap(({ stops }) => stops.find((stop) => stop.epoch === epoch)?.truth ?? []));
}

/**
 * The stop with the least cross-entropy after epoch `last`, or of all where there is none so far; of equals the earlier. Cross-entropy, not accuracy:
 * of few samples accuracy takes few values, so that many candidates tie, and it does not tell a sure answer from a guess.
 */
export function bestStop(curve: readonly FitStop[], last: number): FitStop | undefined {
  const after = curve.filter(({ epoch }) => epoch > last);
  const among = after.length > 0 ? after : curve;
  return among.reduce<FitStop | undefined>(
    (best, stop) => (best && best.crossEntropy <= stop.crossEntropy ? best : stop),
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
