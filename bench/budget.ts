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
  /** ms that `work` should take, or null when fewer than `least` (default 1) pieces of no more work were measured under the name. */
  predict(name: string, work: number, least?: number): number | null;
  learn(name: string, work: number, ms: number): void;
}

/**
 * From one piece of no more work, time in proportion to work, which errs to the long side where part of it is fixed; from two or more, the
 * line through the two largest, but no less than the larger one took.
 */
export function createPace(): Pace {
  const known = new Map<string, { work: number; ms: number }[]>();
  return {
    predict(name, work, least = 1) {
      const smaller = (known.get(name) ?? []).filter((entry) => entry.work <= work).sort((a, b) => b.work - a.work);
      if (smaller.length < least || smaller.length === 0) return null;
      const [large, small] = smaller;
      if (!small || small.work === large.work) return (large.ms * work) / large.work;
      const slope = Math.max(0, (large.ms - small.ms) / (large.work - small.work));
      return large.ms + slope * (work - large.work);
    },
    learn(name, work, ms) {
      const list = known.get(name) ?? [];
      list.push({ work, ms });
      known.set(name, list);
    },
  };
}
