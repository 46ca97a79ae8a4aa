import type { Told } from "../../metrics/metric.js";
import { measureKey } from "../../train/measures.js";
import { maximum, minimum } from "../../util/extremes.js";
import type { RunResult } from "../run/records.js";
import { meanOf } from "../statistics/interval.js";

/** A measure by epoch over the splits of a dataset: mean, least and most. */
export interface CurveBand {
  readonly mean: readonly number[];
  readonly low: readonly number[];
  readonly high: readonly number[];
}

/** The curves of several runs as one; they must be of one length (throws otherwise), which those of a dataset and method are. */
export function bandOf(runs: readonly RunResult[], name: keyof RunResult["curves"]): CurveBand {
  const curves = runs.map(({ curves }) => curves[name]);
  const at = (f: (values: number[]) => number) => curves[0].map((_, epoch) => f(curves.map((curve) => curve[epoch])));
  return { mean: at(meanOf), low: at((values) => minimum(values)), high: at((values) => maximum(values)) };
}

/**
 * What the mean on the test part may still move by, from the fifth of the epochs before the last to the last fifth, and be called flat: of a
 * metric that is a fraction as such, of others as a part of it.
 */
export const FLAT = 0.005;

/** How the end of a learning curve moves: the mean of the last fifth of the epochs minus that of the fifth before it. */
export interface Ending {
  readonly train: number;
  readonly test: number;
  /** The mean on the test part moves by at most FLAT. */
  readonly flattened: boolean;
}

/** Whether the mean learning curve of a metric of these runs has flattened; null with fewer than 5 epochs. */
export function endingOf(runs: readonly RunResult[], { name, fraction }: Told): Ending | null {
  const [fitted, tested] = (["train", "test"] as const).map((part) => bandOf(runs, measureKey(part, name)).mean);
  const [train, test] = [lastMove(fitted), lastMove(tested)];
  if (train === null || test === null) return null;
  return { train, test, flattened: Math.abs(test) <= FLAT * (fraction ? 1 : Math.abs(tested[tested.length - 1])) };
}

function lastMove(curve: readonly number[]): number | null {
  const fifth = Math.floor(curve.length / 5);
  if (fifth === 0) return null;
  return meanOf(curve.slice(-fifth)) - meanOf(curve.slice(-2 * fifth, -fifth));
}
