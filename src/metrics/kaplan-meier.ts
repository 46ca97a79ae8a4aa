import gammainc from "@stdlib/math-base-special-gammainc";

/** Times of samples, and 1 where the event came then, 0 where the sample was last seen without. */
export interface Seen {
  readonly times: ArrayLike<number>;
  readonly events: ArrayLike<number>;
}

/** The samples that were still seen just before each time at which an event came, and the events. */
interface Step {
  readonly time: number;
  readonly atRisk: number;
  readonly events: number;
}

/** The times of events, increasing, with what came. `times` are those that are asked for, by default those of the samples themselves. */
function stepsOf({ times, events }: Seen, asked: ArrayLike<number> = Array.from(times).filter((_, i) => events[i] > 0)): Step[] {
  const ordered = Float64Array.from(times).sort();
  const came = Float64Array.from(Array.from(times).filter((_, i) => events[i] > 0)).sort();
  let [left, done] = [0, 0];
  return [...new Set(Float64Array.from(asked).sort())].map((time) => {
    while (left < ordered.length && ordered[left] < time) left++;
    const from = done;
    while (done < came.length && came[done] <= time) done++;
    return { time, atRisk: ordered.length - left, events: done - from };
  });
}

/** Kaplan and Meier's estimate (1958) of the share of samples without the event after each time of one: the product of 1 - events / at risk. */
export function kaplanMeier(seen: Seen): { readonly time: number; readonly share: number }[] {
  let share = 1;
  return stepsOf(seen).map(({ time, atRisk, events }) => {
    share *= 1 - events / atRisk;
    return { time, share };
  });
}

/**
 * The log-rank test (Mantel 1966) of whether events come to two groups alike: (O - E)^2 / V of the first, where of n at risk, n1 in it, at a time of d
 * events E sums d n1 / n and V sums d (n1 / n) (1 - n1 / n) (n - d) / (n - 1). p is by chi-square with one degree of freedom; null where V is 0.
 */
export function logRank(first: Seen, second: Seen): { readonly chiSquare: number; readonly p: number } | null {
  const both = [first, second].flatMap(({ times, events }) => Array.from(times).filter((_, i) => events[i] > 0));
  const [a, b] = [first, second].map((seen) => stepsOf(seen, both));
  let [off, variance] = [0, 0];
  for (const [i, { atRisk: n1, events: own }] of a.entries()) {
    const [n, d] = [n1 + b[i].atRisk, own + b[i].events];
    off += own - (d * n1) / n;
    if (n > 1) variance += (d * (n1 / n) * (1 - n1 / n) * (n - d)) / (n - 1);
  }
  if (variance === 0) return null;
  const chiSquare = off ** 2 / variance;
  return { chiSquare, p: gammainc(chiSquare / 2, 0.5, true, true) };
}
