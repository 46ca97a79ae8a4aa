import { beforeEach, expect, test, vi } from "vitest";
import type { Device } from "../../src/device/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { DeviceLoss } from "../../src/train/records.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { WHOLE } from "../matrix.js";
import { blobs } from "./blobs.js";
import { type Fragile, fragile } from "./fragile.js";
import { expectSameState, timeless } from "./same-runs.js";

// What training does when a device is lost that it opened itself. A real one is lost in loss-of-device.test.ts; here the "GPU" is the CPU's
// typed arrays, so that it can be lost at every single call.

/** Opens what `train` takes for a GPU. */
const gpu = vi.hoisted(() => ({ open: (): Device => undefined as never }));
vi.mock("../../src/device/webgpu/device.js", async (original) => ({
  ...(await original<object>()),
  createWebgpuDevice: async () => gpu.open(),
}));

// The self-check would run anew on each of the hundreds of devices here; known.test.ts is about it.
vi.mock("../../src/self-check/compare.js", async (original) => ({
  ...(await original<object>()),
  compareWithTwins: async () => {},
}));

const opened: Fragile[] = [];
/** The devices that are opened one after another are lost at these calls; later ones stay. */
function loseAt(...points: number[]): void {
  gpu.open = () => {
    const next = fragile(points[opened.length]);
    opened.push(next);
    return next.device;
  };
}
beforeEach(() => void opened.splice(0));

const data = { train: blobs({ samples: 30 }), validation: blobs({ samples: 12, seed: 2 }) };
const options: TrainOptions & RunOptions = {
  method: "npset",
  hidden: [16, 12],
  epsilon: 3,
  epochs: 4,
  batch: 10,
  dropout: 0.2,
  optimizer: { name: "adam" },
  evolution: { removal: { first: 1, last: 3 } },
  device: "webgpu",
  tune: "off",
};

async function run(more: RunOptions & TrainOptions = {}) {
  const losses: DeviceLoss[] = [];
  const epochs: number[] = [];
  const checkpoints: SavedModel[] = [];
  const calls: number[] = []; // of the device, up to each checkpoint
  const model = await train(data, {
    ...options,
    onDeviceLost: (loss) => void losses.push(loss),
    onEpoch: ({ epoch }) => void epochs.push(epoch),
    onCheckpoint(saved) {
      checkpoints.push(saved);
      calls.push(opened[opened.length - 1].calls.length);
    },
    ...more,
  });
  const saved = await model.save();
  await model.dispose();
  return {
    saved,
    model,
    losses,
    epochs,
    checkpoints,
    calls,
    history: timeless(model.history),
    evolutions: timeless(model.evolutions),
  };
}

test("a device that is lost at any call is opened again, and training goes on from the last checkpoint to the same bits", async () => {
  loseAt();
  const whole = await run();
  const [{ calls }] = opened;
  expect(whole.evolutions.some(({ layers }) => layers.some(({ removedNeurons }) => removedNeurons > 0))).toBe(true);
  expect(calls.length).toBeGreaterThan(200);
  const points = [...calls.keys()].filter((at) => ["read", "record", "run", "idle"].includes(calls[at]));
  expect(points.length).toBeGreaterThan(50);
  for (const at of WHOLE ? points : points.filter((_, i) => i % 7 === 0)) {
    opened.splice(0);
    loseAt(at);
    const { saved, history, evolutions, losses, epochs, checkpoints } = await run();
    expectSameState(saved.network, whole.saved.network);
    expect({ history, evolutions }).toEqual({ history: whole.history, evolutions: whole.evolutions });
    expect(losses.length).toBe(1);
    const [{ epoch, reason }] = losses;
    expect(reason).toContain("the device was lost");
    expect(epochs.slice(epochs.length - 4 + epoch)).toEqual([1, 2, 3, 4].slice(epoch));
    expect(checkpoints.map(({ training }) => training?.epoch)).toEqual([1, 2, 3, 4]);
    expect(opened.map(({ disposed }) => disposed)).toEqual([true, true]);
  }
});

test("a run that stops early keeps its best network through a loss", async () => {
  const patience = { patience: 2, epochs: 30, method: "set", evolution: {}, lr: 0.05 } as const;
  loseAt();
  const whole = await run(patience);
  expect(whole.history.length).toBeLessThan(30);
  for (const calls of WHOLE ? whole.calls : whole.calls.slice(-4)) {
    opened.splice(0);
    loseAt(calls - 1);
    const again = await run(patience);
    expect(opened.length).toBe(2);
    expectSameState(again.saved.network, whole.saved.network);
    expect(again.model.epoch).toBe(whole.model.epoch);
    expect(again.history).toEqual(whole.history);
  }
});

test("without onCheckpoint a lost run begins again where it began, and ends alike", async () => {
  loseAt();
  const whole = await run();
  for (const from of [0, 2]) {
    opened.splice(0);
    loseAt();
    const epochs: number[] = [];
    const { saved, losses } = await run({
      onCheckpoint: undefined,
      resume: whole.checkpoints[from - 1],
      tune: from > 0 ? undefined : "off",
      onEpoch({ epoch }) {
        epochs.push(epoch);
        if (epochs.length === 1) opened[0].lose();
      },
    });
    expect(losses.map(({ epoch }) => epoch)).toEqual([from]);
    const once = [1, 2, 3, 4].slice(from);
    expect(epochs).toEqual([once[0], ...once]);
    expectSameState(saved.network, whole.saved.network);
  }
});

test("three losses without an epoch in between end the run with the reason; with progress there may be more", async () => {
  loseAt(60, 60, 60, 60);
  await expect(run()).rejects.toMatchObject({
    code: "device-lost",
    message: expect.stringMatching(/^webgpu: the device was lost .*; that was the loss number 3 after epoch 0$/),
  });
  expect(opened.map(({ disposed }) => disposed)).toEqual([true, true, true]);

  opened.splice(0);
  loseAt();
  const whole = await run({ epochs: 7 });
  opened.splice(0);
  loseAt(...Array(5).fill(whole.calls[1] - 1)); // each gets past an epoch
  const { saved, losses } = await run({ epochs: 7 });
  expect(losses.length).toBeGreaterThan(3);
  expect(losses.every(({ epoch }, i) => epoch > (losses[i - 1]?.epoch ?? 0))).toBe(true);
  expectSameState(saved.network, whole.saved.network);
});

test("when no device can be had again the run ends with both reasons, and other errors are not taken for a loss", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout"] });
  try {
    let opens = 0;
    gpu.open = () => {
      if (++opens > 1) throw new CoppiceError("webgpu: no adapter", "failure");
      return fragile(60).device;
    };
    const ended = expect(run()).rejects.toThrow(/the device was lost .*; it cannot be opened again \(webgpu: no adapter\)$/);
    for (let s = 0; s < 600; s++) await vi.advanceTimersByTimeAsync(10);
    await ended;
    expect(opens).toBe(4);
  } finally {
    vi.useRealTimers();
  }
  loseAt();
  const fails = () => {
    throw new Error("the disk is full");
  };
  await expect(run({ onCheckpoint: fails })).rejects.toThrow("the disk is full");
  expect(opened.map(({ disposed }) => disposed)).toEqual([true]);
});

test("a device that is the caller's is neither opened again nor disposed of", async () => {
  loseAt();
  const mine = fragile(60);
  await expect(run({ device: mine.device })).rejects.toMatchObject({ code: "device-lost" });
  expect(opened).toEqual([]);
  expect(mine.disposed).toBe(false);
});
