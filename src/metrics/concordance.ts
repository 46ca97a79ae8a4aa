import type { Metric, Outcome } from "./metric.js";

/**
 * Harrell's concordance index (Harrell et al. 1982): of the pairs of samples of which it is known whose event came first, the share where that one has
 * the higher risk; equal risks count a half. Known is it of an event and a later time, and of an event and a sample that was last seen at that
 * very time. 0.5 is chance.
 */
export const concordance: Metric = {
  name: "concordance",
  label: "concordance index",
  better: "larger",
  range: [0, 1],
  over: (outcome) => (outcome.z.every(Number.isFinite) ? shareOf(countPairs(outcome)) : Number.NaN),
  unfit(targets, { samples }) {
    if (targets.length !== 2 * samples) return "is of times and events, which these targets are not";
    const { pairs } = countPairs({ z: new Float32Array(samples), targets, samples, outputs: 1 });
    return pairs > 0 ? undefined : "is not defined, as no event is known to come before another";
  },
};

const shareOf = ({ pairs, right, equal }: ReturnType<typeof countPairs>) => (right + equal / 2) / pairs;

/** The pairs that can be compared, and those of them with the higher risk first, or with equal risks. */
function countPairs({ z, targets, samples, outputs }: Outcome): { pairs: number; right: number; equal: number } {
  const [risk, time, event] = [(i: number) => z[i * outputs], (i: number) => targets[2 * i], (i: number) => targets[2 * i + 1]];
  const byTime = Uint32Array.from({ length: samples }, (_, i) => i).sort((i, k) => time(k) - time(i));
  const levels = Float64Array.from(new Set(Array.from(byTime, risk))).sort();
  const levelOf = new Map(Array.from(levels, (value, level) => [value, level]));
  const seen = createCounter(levels.length);
  let [pairs, right, equal] = [0, 0, 0];
  for (let from = 0, to = 0; from < samples; from = to) {
    while (to < samples && time(byTime[to]) === time(byTime[from])) to++;
    const group = byTime.subarray(from, to);
    const levelsOf = (came: boolean) =>
      Array.from(
        group.filter((i) => event(i) > 0 === came),
        (i) => levelOf.get(risk(i)) as number,
      );
    for (const level of levelsOf(false)) seen.add(level);
    const events = levelsOf(true);
    for (const level of events) {
      const [below, upTo] = [seen.below(level), seen.below(level + 1)];
      pairs += seen.below(levels.length);
      right += below;
      equal += upTo - below;
    }
    for (const level of events) seen.add(level);
  }
  return { pairs, right, equal };
}

/** Counts of numbers 0 .. size - 1, and of those below one (Fenwick 1994). */
function createCounter(size: number) {
  const tree = new Uint32Array(size + 1);
  return {
    add(value: number): void {
      for (let at = value + 1; at <= size; at += at & -at) tree[at]++;
    },
    below(value: number): number {
      let sum = 0;
      for (let at = value; at > 0; at -= at & -at) sum += tree[at];
      return sum;
    },
  };
}
