import { afterAll, expect, test, vi } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import { type RunOptions, train } from "../../src/train/train.js";
import { befall, type Decide } from "../lossy-gpu.js";
import { blobs, expectSameState, timeless } from "./util.js";

// Real devices, lost while training. At which call does not matter: see recover.test.ts, and for real ones test/long/loss-of-device.test.ts.

const gpu = vi.hoisted(() => ({ opened: (_: GPUDevice) => {} }));
vi.mock("../../src/device/webgpu/gpu-node.js", async (original) => {
  const { findGpu } = await original<typeof import("../../src/device/webgpu/gpu-node.js")>();
  const { findWatched } = await import("../lossy-gpu.js");
  return { findGpu: findWatched(findGpu, (device) => gpu.opened(device)) };
});

const set = blobs();
const options: TrainOptions = {
  ...{ method: "npset", hidden: [20], epsilon: 4, epochs: 7, batch: 20 },
  evolution: { removal: { first: 1, last: 6 } },
};
const fresh = await createWebgpuDevice();
afterAll(() => fresh.dispose());
const whole = await train({ train: set }, { ...options, device: fresh });

/** Trains on devices that `train` opens; they suffer what the members of `fates` decide, one after another. */
async function run(fates: readonly Decide[], more: RunOptions = {}) {
  let devices = 0;
  gpu.opened = (device) => {
    const decide = fates[devices++];
    if (decide) befall(device, decide);
  };
  try {
    const model = await train({ train: set }, { ...options, device: "webgpu", ...more });
    const { network } = await model.save();
    await model.dispose();
    return { network, history: timeless(model.history), evolutions: timeless(model.evolutions) };
  } finally {
    gpu.opened = () => {};
  }
}

test("training whose device is lost in a step, an evaluation, an evolution, a removal and a checkpoint goes on each time, to the same bits", async () => {
  let epochs = 0; // that this device completed
  let saving = false;
  /** Lost in the device's second epoch at the last of the calls, once the others have been seen in order. */
  const at = (...path: readonly RegExp[]): Decide => {
    let seen = 0;
    return (call) => (epochs === 1 && path[seen]?.test(call) && ++seen === path.length ? "lost after" : undefined);
  };
  const fates: Decide[] = [
    at(/^writeBuffer train.order/, /^submit/),
    at(/^writeBuffer evaluate.schedule/, /^submit/),
    at(/^createBuffer survivors/, /^mapAsync read-back/),
    at(/^createBuffer survivors/, /^mapAsync read-back/, /^createBuffer layer0.0.w/),
    (call) => (epochs === 1 && saving && /^mapAsync read-back/.test(call) ? "lost after" : undefined),
  ];
  const lost: number[] = [];
  const { network, history, evolutions } = await run(fates, {
    onCheckpoint() {
      epochs++;
      saving = false;
    },
    onEvolution() {
      saving = true;
    },
    onDeviceLost(loss) {
      lost.push(loss.epoch);
      [epochs, saving] = [0, false];
    },
  });
  expect(lost).toEqual([1, 2, 3, 4, 5]);
  expectSameState(network, (await whole.save()).network);
  expect({ history, evolutions }).toEqual({ history: timeless(whole.history), evolutions: timeless(whole.evolutions) });
});

test("memory that runs out in a removal's reallocation ends training with the buffer's name; a checkpoint goes on to the same bits", async () => {
  const checkpoints: SavedModel[] = [];
  const starved: Decide = (call) =>
    checkpoints.length === 2 && /^createBuffer layer0.0.w/.test(call) ? "out of memory" : undefined;
  await expect(run([starved], { onCheckpoint: (saved) => void checkpoints.push(saved) })).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(/^webgpu: the device ran out of memory at buffer "layer0.0.w" of \d+ bytes/),
  });
  expect(checkpoints.length).toBe(2);
  const rest = await train({ train: set }, { ...options, device: fresh, resume: checkpoints[1] });
  expectSameState((await rest.save()).network, (await whole.save()).network);
});

test("a lost device that is the caller's ends the run as a failure that says how to go on; it fails from then on", async () => {
  const device = await createWebgpuDevice();
  const lost = train(
    { train: set },
    {
      ...{ method: "dense", hidden: [4], epochs: 3, device },
      onCheckpoint: ({ training }) => void (training?.epoch === 2 && device.gpuDevice.destroy()),
    },
  );
  await expect(lost).rejects.toMatchObject({
    ...{ kind: "failure", code: "device-lost" },
    message: expect.stringMatching(/the device was lost .*--resume/),
  });
  await expect(device.read([device.createBuffer("late", "f32", 4)])).rejects.toThrow("the device was lost");
  await device.dispose();
});
