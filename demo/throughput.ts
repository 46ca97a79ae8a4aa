/** Repetitions of every side. Odd, so that the median is one of them. */
export const REPETITIONS = 5;

/** Seconds that the repetitions of both sides take together, about; the dense network on the GPU has its own. */
export const BUDGET_SECONDS = 8;
export const DENSE_BUDGET_SECONDS = 5;

/**
 * Both sides do the same steps on the same numbers, rounded in another order, and rounding grows from step to step: their mean losses
 * over a repetition may differ by so much of the loss. Other steps, data or weights differ by far more in the digits of a mean.
 */
export const LOSS_BOUND = 0.001;

/** How much a repetition does: one pass over `samples` before the clock starts, then `epochs` passes on the clock. */
export interface Work {
  readonly samples: number;
  readonly epochs: number;
}

/** What a repetition found. */
export interface Trial {
  /** Samples and steps on the clock, and the seconds that they took. */
  readonly samples: number;
  readonly steps: number;
  readonly seconds: number;
  /** Mean over all steps of the loss before each step's update. */
  readonly loss: number;
  readonly connections: number;
}

/**
 * Work of a repetition on devices of those samples/s, over `all` samples, that takes `seconds` on all of them together: the warming pass and
 * as many as fit on the clock; where not one does, one over fewer samples, in whole batches. Never less than a batch.
 */
export function planWork(rates: readonly number[], seconds: number, all: number, batch: number): Work {
  const passed = seconds / rates.reduce((sum, rate) => sum + 1 / rate, 0);
  if (passed >= 2 * all) return { samples: all, epochs: Math.floor(passed / all) - 1 };
  return { samples: Math.min(all, batch * Math.max(1, Math.floor(passed / 2 / batch))), epochs: 1 };
}

/** Median, least and greatest of an odd number of values (of an even one: the lower of the two in the middle). */
export function spread(values: readonly number[]): { readonly median: number; readonly least: number; readonly most: number } {
  const sorted = values.toSorted((a, b) => a - b);
  return { median: sorted[(sorted.length - 1) >> 1], least: sorted[0], most: sorted[sorted.length - 1] };
}

/** Samples a second of every repetition. */
export function ratesOf(trials: readonly Trial[]): number[] {
  return trials.map(({ samples, seconds }) => samples / seconds);
}

/** Relative difference of two sides' losses: |a - b| / max(|a|, |b|), 0 for equal ones. */
export function lossDifference(a: number, b: number): number {
  return a === b ? 0 : Math.abs(a - b) / Math.max(Math.abs(a), Math.abs(b));
}

/** "3.1" for 3.14, "0.04" for 0.0432, "120" for 118.7: two digits. */
export function times(ratio: number): string {
  return String(Number(ratio.toPrecision(2)));
}

/** The ratio in words that name the threads: "The GPU is 3.1 times as fast as this CPU, with 1 of 8 cores". */
export function ratioText(ratio: number, threads: number, cores: number): string {
  const using = `with ${threads} of ${cores} core${cores === 1 ? "" : "s"}`;
  if (ratio < 1) return `This CPU, ${using}, is ${times(1 / ratio)} times as fast as the GPU`;
  return `The GPU is ${times(ratio)} times as fast as this CPU, ${using}`;
}
