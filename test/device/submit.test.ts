import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSubmitter } from "../../src/device/webgpu/submit.js";

/** Milliseconds that a replay takes on the made-up queue. */
const REPLAY_MS = 2;

/** A queue that tells of all that is under way at once, when it is done; and the replays of each submit. */
function busyQueue() {
  const submits: number[] = [];
  let passes = 0;
  let waiting: (() => void)[] = [];
  let queued = 0;
  const encoder = {
    beginComputePass() {
      passes++;
      return { end() {} };
    },
    finish: () => ({}),
  };
  const queue = {
    submit() {
      submits.push(passes);
      queued += passes;
      passes = 0;
    },
    onSubmittedWorkDone: () => new Promise<void>((resolve) => waiting.push(resolve)),
  };
  const tell = async (): Promise<void> => {
    await vi.advanceTimersByTimeAsync(REPLAY_MS * queued + 1);
    const told = waiting;
    [waiting, queued] = [[], 0];
    for (const resolve of told) resolve();
    await vi.advanceTimersByTimeAsync(1);
  };
  return { device: { createCommandEncoder: () => encoder, queue } as unknown as GPUDevice, submits, tell };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const faults = { throwIfAny() {}, kept: (promise: Promise<unknown>) => promise } as Parameters<typeof createSubmitter>[1];

test("submits that a busy computer tells of at once do not make the next one the whole epoch", async () => {
  const { device, submits, tell } = busyQueue();
  const stop = new AbortController();
  const running = createSubmitter(device, faults).run([], 1_000_000, { signal: stop.signal });
  for (let i = 0; i < 5; i++) await tell();
  expect(submits.length).toBeGreaterThan(5);
  expect(REPLAY_MS * Math.max(...submits)).toBeLessThanOrEqual(4 * 100);
  stop.abort(new Error("stopped"));
  const ended = expect(running).rejects.toThrow("stopped");
  await tell();
  await ended;
});

test("nothing is submitted while a run is held", async () => {
  const { device, submits, tell } = busyQueue();
  let free = () => {};
  const held = new Promise<void>((resolve) => {
    free = resolve;
  });
  const hold = () => (submits.length === 1 ? held : undefined);
  const running = createSubmitter(device, faults).run([], 3, { hold });
  await tell();
  expect(submits).toEqual([1]);
  free();
  for (let i = 0; i < 3; i++) await tell();
  await running;
  expect(submits.reduce((a, b) => a + b)).toBe(3);
});

test("who holds a run is told when the submits before are done, and not earlier", async () => {
  const { device, submits, tell } = busyQueue();
  const idle: number[] = [];
  let asked = 0;
  const hold = (underWay?: () => Promise<unknown>) => {
    if (asked++ === 1) void underWay?.().then(() => idle.push(submits.length));
    return undefined;
  };
  const running = createSubmitter(device, faults).run([], 3, { hold });
  await vi.advanceTimersByTimeAsync(0);
  expect([asked, idle]).toEqual([2, []]);
  for (let i = 0; i < 3; i++) await tell();
  await running;
  expect(idle).toEqual([2]);
});
