/** Time that a suite may take. */
export interface Budget {
  /** Seconds that were given. */
  readonly seconds: number;
  /** ms left, at least 0. */
  left(): number;
  /** Why nothing more of about `ms` can be measured, or null while it can. */
  refuses(ms: number): string | null;
  /** A part of what was given, from now on, or what is left where that is less: so that the first part of a suite leaves time for the next. */
  share(fraction: number): Budget;
}

/** Starts a budget. `now` is the clock in ms; tests give their own. */
export function startBudget(seconds: number, now: () => number = () => performance.now()): Budget {
  const end = now() + 1000 * seconds;
  const left = () => Math.max(0, end - now());
  return {
    seconds,
    left,
    share: (fraction) => startBudget(Math.min(fraction * seconds, left() / 1000), now),
    refuses(ms) {
      if (left() === 0) return `the ${seconds.toFixed(0)} s of this part of the suite are spent`;
      return ms > left()
        ? `about ${(ms / 1000).toFixed(1)} s, ${(left() / 1000).toFixed(1)} s are left of the ${seconds.toFixed(0)} s of this part of the suite`
        : null;
    },
  };
}

/** Predicts times from work done so far; see {@link createPace}. */
export interface Pace {
  /** ms that `work` should take, or null when nothing comparable was measured. */
  predict(name: string, work: number): number | null;
  learn(name: string, work: number, ms: number): void;
}

/**
 * Time in proportion to work, from the largest piece of no more work that was measured under the same name: cells go from small to large,
 * and small ones are dominated by what every dispatch costs, so that this errs to the long side.
 */
export function createPace(): Pace {
  const known = new Map<string, { work: number; ms: number }[]>();
  return {
    predict(name, work) {
      const smaller = (known.get(name) ?? []).filter((entry) => entry.work <= work);
      if (smaller.length === 0) return null;
      const nearest = smaller.reduce((a, b) => (b.work >= a.work ? b : a));
      return (nearest.ms * work) / nearest.work;
    },
    learn(name, work, ms) {
      const list = known.get(name) ?? [];
      list.push({ work, ms });
      known.set(name, list);
    },
  };
}
