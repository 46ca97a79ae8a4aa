import type { Device, Recording } from "../src/device/device.js";
import { type Summary, summarize } from "./stats.js";

/** A timed submit stays under this many ms: an order below the 2 s after which Windows resets a GPU. */
export const SUBMIT_MS = 250;
/** Replays of one submit at most: each is encoded again. */
const MOST_REPLAYS = 4096;
/** Rounds of a measurement at least, even when its budget is spent: fewer have no spread. */
const LEAST_ROUNDS = 3;

/** How long a measurement may take. */
export interface Patience {
  /** Rounds at most. */
  readonly rounds: number;
  /** ms that the replays of a round take together, about; well below SUBMIT_MS. */
  readonly roundMs: number;
  /** ms for all rounds; the rounds end when it is spent. */
  readonly budgetMs: number;
}

/** What each mode waits for one measurement. */
export const PATIENCE: Readonly<Record<"quick" | "full", Patience>> = {
  quick: { rounds: 10, roundMs: 20, budgetMs: 300 },
  full: { rounds: 30, roundMs: 40, budgetMs: 700 },
};

/** Times of a recording, or how long one replay took when that alone is more than a submit may take. */
export type Sampled = { readonly ms: Summary; readonly clock: "gpu" | "wall" } | { readonly tooLongMs: number };

/** Warms a recording up, finds how many replays fill a round, then times rounds of so many. */
export async function sampleRecording(
  device: Device,
  recording: Recording,
  { rounds, roundMs, budgetMs }: Patience,
): Promise<Sampled> {
  const first = await device.time(recording, 1); // also what the first use of a pipeline and of its buffers costs
  const once = first.ms > SUBMIT_MS ? await device.time(recording, 1) : first;
  if (once.ms > SUBMIT_MS) return { tooLongMs: once.ms };
  const replays = await calibrate(device, recording, roundMs);
  const times: number[] = [];
  let clock: "gpu" | "wall" = "gpu"; // "wall" as soon as one round was not timed by the GPU
  const end = performance.now() + budgetMs;
  while (times.length < LEAST_ROUNDS || (times.length < rounds && performance.now() < end)) {
    const round = await device.time(recording, replays);
    times.push(round.ms / replays);
    if (round.clock === "wall") clock = "wall";
  }
  return { ms: summarize(times, replays), clock };
}

/** Replays that take about `roundMs`: doubled until they are long enough to be measured (clocks may tick in 0.1 ms), then scaled. */
async function calibrate(device: Device, recording: Recording, roundMs: number): Promise<number> {
  let replays = 1;
  for (;;) {
    const { ms } = await device.time(recording, replays);
    const next = Math.min(MOST_REPLAYS, Math.max(1, Math.floor((replays * roundMs) / Math.max(ms, 1e-3))));
    if (ms >= roundMs / 4 || replays === MOST_REPLAYS || next <= replays) return Math.min(next, MOST_REPLAYS);
    replays = Math.min(next, 16 * replays);
  }
}
