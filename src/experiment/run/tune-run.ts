import { CoppiceError } from "../../util/check.js";
import { maximum, minimum } from "../../util/extremes.js";
import type { TuningTrial } from "./records.js";

/** What is tuned. */
export interface Rates {
  readonly lr: number;
  readonly decay: number;
}

/** Validation losses of a training, at the epochs (from 1) that were evaluated; the last is the last epoch. */
export interface ValidationCurve {
  readonly epochs: readonly number[];
  readonly losses: readonly number[];
}

/** What is tried: every rate with the first decay, then the other decays at the best rate. */
export interface Grid {
  readonly lrs: readonly number[];
  readonly decays: readonly number[];
  readonly folds: number;
  /** First epoch that may be best: after the last removal of neurons. */
  readonly firstEpoch: number;
}

/** The outcome: every trial in the order they were made, and the best. */
export interface Tuned extends Rates {
  readonly trials: readonly TuningTrial[];
  /** Whether the best learning rate is the least or the greatest tried. */
  readonly edge: boolean;
  /** Of the best trial. */
  readonly bestEpoch: number;
}

/**
 * Chooses a learning rate and a decay by the mean validation loss at the last epoch over the folds; of equals the first tried.
 * `trainOnce` trains and returns null where training diverged: such a trial is infinitely bad, its other folds are trained all the same, so
 * that every method gets as many trainings. Throws a failure when every learning rate diverged.
 */
export async function tuneRun(
  { lrs, decays, folds, firstEpoch }: Grid,
  trainOnce: (rates: Rates, fold: number) => Promise<ValidationCurve | null>,
): Promise<Tuned> {
  const trials: TuningTrial[] = [];
  const attempt = async (lr: number, decay: number) => {
    const curves: (ValidationCurve | null)[] = [];
    for (let fold = 0; fold < folds; fold++) curves.push(await trainOnce({ lr, decay }, fold));
    trials.push(trialOf({ lr, decay }, curves, firstEpoch));
  };
  for (const lr of lrs) await attempt(lr, decays[0]);
  const { lr } = best(trials);
  for (const decay of decays.slice(1)) await attempt(lr, decay);
  const { decay, bestEpoch } = best(trials);
  return { trials, lr, decay, edge: lr === minimum(lrs) || lr === maximum(lrs), bestEpoch };
}

function trialOf(rates: Rates, curves: readonly (ValidationCurve | null)[], firstEpoch: number): TuningTrial {
  const folds = curves.map((curve) => curve?.losses.at(-1) ?? null);
  const whole = curves.filter((curve) => curve !== null);
  if (whole.length < curves.length) return { ...rates, loss: null, folds, bestEpoch: null };
  const means = whole[0].losses.map((_, i) => whole.reduce((sum, { losses }) => sum + losses[i], 0) / whole.length);
  const { epochs } = whole[0];
  let at = epochs.length - 1; // the last epoch may always be best
  for (let i = at - 1; i >= 0 && epochs[i] >= firstEpoch; i--) if (means[i] <= means[at]) at = i;
  return { ...rates, loss: means[means.length - 1], folds, bestEpoch: epochs[at] };
}

function best(trials: readonly TuningTrial[]): Rates & { readonly bestEpoch: number } {
  let found: (Rates & { loss: number; bestEpoch: number }) | undefined;
  for (const { lr, decay, loss, bestEpoch } of trials) {
    if (loss !== null && bestEpoch !== null && (!found || loss < found.loss)) found = { lr, decay, loss, bestEpoch };
  }
  if (found) return found;
  const tried = trials.map(({ lr }) => lr).join(", ");
  throw new CoppiceError(`tuning: training diverged at every learning rate (${tried}); add smaller ones (lrs)`, "failure");
}
