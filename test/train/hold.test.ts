import { afterEach, expect, test, vi } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { trainConfig } from "../../src/train/config.js";
import { withRoom } from "../../src/train/run-memory.js";
import { train } from "../../src/train/train.js";
import { blobs } from "./blobs.js";

// Training that is held or stopped within an epoch, and networks for which there is no room.

const data = { train: blobs({ samples: 800 }), test: blobs({ samples: 300, seed: 2 }) };
const options = { method: "npset", hidden: [100, 50], epsilon: 10, epochs: 2, batch: 1 } as const;
const cpu = () => createCpuDevice({ threads: 1 }); // one a test: it remembers when its last slice ended

afterEach(() => void vi.restoreAllMocks());

/** A clock on which a look takes a millisecond, so that a slice of training ends after equally many kernels on every computer. */
function slowClock() {
  const clock = { ms: performance.now() };
  vi.spyOn(performance, "now").mockImplementation(() => clock.ms++);
  return clock;
}

test("holding training within an epoch and while it evaluates changes no bit, and is not counted as time of training", async () => {
  const straight = await train(data, { ...options, device: cpu() });
  const clock = slowClock();
  const start = clock.ms;
  let held = 0;
  const model = await train(data, {
    ...options,
    device: cpu(),
    hold: async () => {
      held++;
      clock.ms += 10_000;
    },
  });
  expect(held).toBeGreaterThanOrEqual(4);
  expect(model.seconds.total).toBeGreaterThan(0);
  expect(model.seconds.total).toBeLessThanOrEqual((clock.ms - start) / 1000 - 10 * held);
  expect((await model.save()).network).toEqual((await straight.save()).network);
  expect(model.history.map(({ testLoss }) => testLoss)).toEqual(straight.history.map(({ testLoss }) => testLoss));
});

test("a signal stops training that is held, before the epoch's end", async () => {
  slowClock();
  const stop = new AbortController();
  const epochs: number[] = [];
  const training = train(data, {
    ...options,
    device: cpu(),
    signal: stop.signal,
    hold: async () => stop.abort(new Error("enough")),
    onEpoch: ({ epoch }) => void epochs.push(epoch),
  });
  await expect(training).rejects.toThrow("enough");
  expect(epochs).toEqual([]);
});

test("a network for which there is no room is refused with what it takes, in no engine's words alone", async () => {
  const wide = { ...options, device: cpu(), hidden: [150_000_000], method: "set", tune: "off" } as const;
  const sizes =
    /^memory: the network \d+-150000000-\d+ with batch 1 takes [\d.]+ [GT]B \(connections .* \+ neurons .*\), 16\.0 GB may be used/;
  await expect(train(data, { ...wide, hostMemoryBytes: 16e9 })).rejects.toThrow(sizes);
  const estimate = { connections: 8e9, neurons: 0, activations: 0, data: 0, passes: 0, evolution: 0, total: 8e9 };
  const config = trainConfig({ hidden: [7] }, { features: 5, classes: 2, samples: 9 });
  await expect(withRoom(estimate, config, async () => new ArrayBuffer(2 ** 52))).rejects.toThrow(
    /^memory: the network 5-7-2 with batch 9 takes 8\.00 GB \(connections 8\.00 GB .*, and this computer or browser has no room for it \(.*allocation failed\); take a smaller epsilon/,
  );
  const other = new RangeError("Maximum call stack size exceeded");
  await expect(withRoom(estimate, config, () => Promise.reject(other))).rejects.toBe(other);
});
