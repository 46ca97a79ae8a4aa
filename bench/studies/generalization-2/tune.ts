import { CoppiceError } from "../../../src/api/index.js";
import { minimum } from "../../../src/util/extremes.js";

/** A point of the grid, with the mean validation loss at the last epoch over the folds; null where training diverged. */
export interface Trial {
  readonly lr: number;
  readonly decay: number;
  readonly loss: number | null;
}

/** What was chosen, and all that was tried. */
export interface Tuned extends Trial {
  readonly trials: readonly Trial[];
  /** Whether the best rate, or the best decay above 0, is the last of its grid. */
  readonly edge: boolean;
  /** Rates at which a member diverged on the whole training part, so that a lower one was taken; none in most cases. */
  readonly diverged?: readonly number[];
}

/**
 * What is taken where training diverged after all, on the whole training part or in a member: of the trials at lower rates the one with the least
 * loss. Throws a failure where none is left.
 */
export function lower(tuned: Tuned): Tuned {
  const left = tuned.trials.filter(({ lr, loss }) => lr < tuned.lr && loss !== null);
  if (left.length === 0)
    throw new CoppiceError(`training diverged at the rate ${tuned.lr}, and none below it is sound`, "failure");
  const next = left.reduce((best, trial) => ((trial.loss as number) < (best.loss as number) ? trial : best));
  return { ...tuned, ...next, diverged: [...(tuned.diverged ?? []), tuned.lr] };
}

/** Learning rates, a factor of about the root of 10 apart, and decays. Grids are walked: their ends are tried where the way leads there. */
export const RATES: readonly number[] = [1e-6, 3e-6, 1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 0.01, 0.03, 0.1, 0.3, 1];
export const DECAYS: readonly number[] = [0, 0.1, 1, 10, 100];
/** Where the walks begin. */
const FIRST = { rates: [1e-3, 3e-4, 3e-3], decays: [0, 0.1, 1] };

/**
 * Tries the first values, then on beyond the least or the greatest tried for as long as that is the best: `lossOf` is asked about each value once.
 * Where no loss is finite, it goes on below. Returns the best value; of equals the first tried.
 */
export async function walk(
  values: readonly number[],
  first: readonly number[],
  lossOf: (value: number) => Promise<number>,
): Promise<number> {
  const tried = new Map<number, number>();
  const attempt = async (i: number) => void tried.set(i, await lossOf(values[i]));
  for (const value of first) await attempt(values.indexOf(value));
  for (;;) {
    const all = [...tried];
    const [best, loss] = all.reduce((least, entry) => (entry[1] < least[1] ? entry : least));
    const sound = Number.isFinite(loss);
    const next = sound ? (tried.has(best - 1) ? best + 1 : best - 1) : minimum([...tried.keys()]) - 1;
    if (tried.has(next) || next < 0 || next >= values.length) return values[best];
    await attempt(next);
  }
}

/**
 * The learning rate with the least loss, without decay, then the decay with the least loss at that rate. Throws a failure where all trainings
 * diverged.
 */
export async function tune(lossOf: (lr: number, decay: number) => Promise<number | null>): Promise<Tuned> {
  const trials: Trial[] = [];
  const attempt = async (lr: number, decay: number) => {
    const known = trials.find((trial) => trial.lr === lr && trial.decay === decay);
    const trial = known ?? { lr, decay, loss: await lossOf(lr, decay) };
    if (!known) trials.push(trial);
    return trial.loss ?? Infinity;
  };
  const lr = await walk(RATES, FIRST.rates, (rate) => attempt(rate, 0));
  const decay = await walk(DECAYS, FIRST.decays, (value) => attempt(lr, value));
  const best = trials.find((trial) => trial.lr === lr && trial.decay === decay);
  if (!best || best.loss === null) throw new CoppiceError("tuning: training diverged at every rate", "failure");
  const ends = [RATES[0], RATES[RATES.length - 1]];
  return { ...best, trials, edge: ends.includes(lr) || decay === DECAYS[DECAYS.length - 1] };
}
