import fc from "fast-check";
import { expect, test } from "vitest";
import { pickFastest, rank, type Stopwatch } from "../../src/tune/rank.js";

// A stopwatch whose candidates take the ms a test says, on a clock that only they move.

function scripted(ms: readonly number[], { clock = "gpu", noise = () => 1, overhead = 0 } = {} as Options) {
  let time = 0;
  const replays = ms.map(() => 0);
  const calls: number[] = [];
  const watch: Stopwatch = {
    now: () => time,
    async time(i, count) {
      const taken = ms[i] * count * noise(i, calls.length);
      time += taken + overhead;
      replays[i] += count;
      calls.push(i);
      return { ms: taken, clock };
    },
  };
  return { watch, replays, calls, elapsed: () => time };
}

interface Options {
  readonly clock?: "gpu" | "wall";
  readonly noise?: (candidate: number, call: number) => number;
  readonly overhead?: number;
}

const forever = { refine: 1e9, end: 1e9 };

test("the fastest candidate is chosen whatever the times are, unless the default is within 3 % of it", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.double({ min: 1e-3, max: 50, noNaN: true }), { minLength: 1, maxLength: 6 }), async (ms) => {
      const measured = await rank(ms.length, forever, scripted(ms).watch);
      const chosen = ms[pickFastest(measured ?? [])];
      const least = Math.min(...ms);
      if (least < 0.97 * ms[0] * (1 - 1e-9)) expect(chosen).toBe(least);
      if (least > 0.97 * ms[0] * (1 + 1e-9)) expect(chosen).toBe(ms[0]);
    }),
  );
});

test("the least of several times counts, so that a candidate disturbed now and then still wins", async () => {
  const disturbed = (i: number, call: number) => (i === 2 && call % 2 === 0 ? 1.25 : 1);
  const measured = await rank(3, forever, scripted([1, 0.95, 0.9], { noise: disturbed }).watch);
  expect(pickFastest(measured ?? [])).toBe(2);
});

test("candidates take turns, and one that is slow is not timed again", async () => {
  const { watch, calls } = scripted([1, 1.1, 40, 2]);
  await rank(4, forever, watch);
  expect(calls.slice(0, 4)).toEqual([0, 1, 2, 3]);
  expect(calls.filter((i) => i === 2).length).toBe(1); // hopeless at first sight
  expect(calls.filter((i) => i === 3).length).toBe(2); // given one whole sample
  const rest = calls.slice(7);
  expect(rest).toEqual([0, 1, 0, 1, 0, 1]);
});

test("dispatches of microseconds are replayed until a sample is long enough to measure", async () => {
  const { watch, replays } = scripted([0.004, 0.005]);
  const measured = await rank(2, forever, watch);
  expect(measured?.[0]).toBeCloseTo(0.004, 6);
  expect(Math.min(...replays) * 0.004).toBeGreaterThan(4);
});

test("a dispatch too short for the GPU's clock is measured by the host's: it is not weeded out for the round trip, nor sampled for longer", async () => {
  const [tick, roundTrip] = [0.1, 4];
  const run = async (each: readonly number[]) => {
    let elapsed = 0;
    const time = async (i: number, count: number) => {
      const taken = each[i] * count;
      const ticks = Math.floor(taken / tick);
      elapsed += ticks > 0 ? taken : 2 * taken + roundTrip;
      return ticks > 0 ? ({ ms: ticks * tick, clock: "gpu" } as const) : ({ ms: taken + roundTrip, clock: "wall" } as const);
    };
    const measured = await rank(each.length, forever, { now: () => elapsed, time });
    return { chosen: pickFastest(measured ?? []), elapsed };
  };
  expect((await run([0.12, 0.04, 0.1])).chosen).toBe(1);
  const all = await run([0.05, 0.04]);
  expect(all.chosen).toBe(1);
  expect(all.elapsed).toBeLessThan(60); // two looks, 8 samples of about 4.5 ms
});

test("refining ends at its deadline with a choice, everything ends at the last one", async () => {
  const early = scripted([2, 1, 1.2]);
  const measured = await rank(3, { refine: 0, end: 1000 }, early.watch);
  expect(pickFastest(measured ?? [])).toBe(1);
  expect(early.calls.length).toBeLessThanOrEqual(7); // a look at each, one sample of each

  for (const [end, calls] of [
    [0, 0],
    [150, 2],
  ]) {
    const slow = scripted([100, 100, 100]);
    expect(await rank(3, { refine: end, end }, slow.watch)).toBe(null);
    expect(slow.calls.length).toBe(calls);
  }
});

test("with the host's clock samples are longer, since a round trip is in each", async () => {
  const [gpu, wall] = (["gpu", "wall"] as const).map((clock) => scripted([0.1, 0.11], { clock }));
  await rank(2, forever, gpu.watch);
  await rank(2, forever, wall.watch);
  expect(wall.replays[0]).toBeGreaterThan(3 * gpu.replays[0]);
});
