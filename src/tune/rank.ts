import type { Device } from "../device/device.js";
import { minimum } from "../util/extremes.js";

type Timing = Awaited<ReturnType<Device["time"]>>;

/** What timing candidates needs: `time(i, replays)` runs candidate i that often, `now` is a clock in ms. */
export interface Stopwatch {
  time(candidate: number, replays: number): Promise<Timing>;
  now(): number;
}

/** ms one sample aims at: thirty times Chrome's 0.1 ms rounding of GPU timestamps; with the host's clock, well above a round trip. */
const SAMPLE_MS = { gpu: 3, wall: 12 } as const;
const MAX_REPLAYS = 512;
const ROUNDS = 4;
/** Candidates slower than the best by this factor are not timed again. */
const HOPELESS = 1.3;

/** When to stop, by the stopwatch's clock: `refine` ends further rounds, `end` everything. */
export interface Deadlines {
  readonly refine: number;
  readonly end: number;
}

/**
 * The least ms a dispatch of each candidate took (candidate 0 is the default), timed in turns so that a change of clocks or load meets
 * all of them; hopeless ones keep their first time. Null when time was up before each candidate had been timed.
 */
export async function rank(candidates: number, { refine, end }: Deadlines, { time, now }: Stopwatch): Promise<number[] | null> {
  const all = Array.from({ length: candidates }, (_, i) => i);
  const first: number[] = [];
  let clock: Timing["clock"] = "gpu";
  for (const i of all) {
    if (now() >= end) return null;
    const timing = await time(i, 1); // the first dispatch pays for what compiles or is touched late: it only weeds out
    first.push(timing.ms);
    if (timing.clock === "wall") clock = "wall"; // GPUs with timestamps too, for what is too short for them
  }
  let sample = SAMPLE_MS[clock];
  const quickest = minimum(first);
  let racing = all.filter((i) => first[i] <= Math.max(8 * quickest, sample));
  const [pilot] = racing;
  let replays = replaysFor(sample, quickest, 1);
  const best = all.map(() => Infinity);
  for (let round = 0; round < ROUNDS && racing.length > 1; round++) {
    for (const i of racing) {
      if (now() >= (round > 0 ? refine : end)) return round > 0 ? settled(best, first) : null;
      const timing = await time(i, replays);
      let { ms } = timing;
      if (round === 0 && i === pilot) sample = SAMPLE_MS[timing.clock];
      if (round === 0 && i === pilot && ms < sample / 2) {
        replays = replaysFor(sample, ms, replays); // the first guess was of one dispatch, too short to measure
        ({ ms } = await time(i, replays));
      }
      best[i] = Math.min(best[i], ms / replays, replays === 1 ? first[i] : Infinity); // a long dispatch was a sample at first sight
    }
    const least = minimum(best);
    racing = racing.filter((i) => best[i] <= HOPELESS * least);
  }
  return settled(best, first);
}

function settled(best: readonly number[], first: readonly number[]): number[] {
  return best.map((ms, i) => (ms === Infinity ? first[i] : ms));
}

/** Replays that make a sample of about `sample` ms, when `replays` of them took `ms`. */
function replaysFor(sample: number, ms: number, replays: number): number {
  const wanted = Math.ceil((replays * sample) / Math.max(ms, 0.05));
  return Math.max(1, Math.min(MAX_REPLAYS, wanted));
}

/** How much faster than the default a variant has to be: noise alone should not move anyone from the documented choice. */
const MARGIN = 0.03;

/** The fastest candidate; the default (0) unless another is faster by more than the margin. */
export function pickFastest(ms: readonly number[]): number {
  const fastest = ms.indexOf(minimum(ms));
  return ms[fastest] < (1 - MARGIN) * ms[0] ? fastest : 0;
}
