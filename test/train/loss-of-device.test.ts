import { afterAll, expect, test, vi } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { train } from "../../src/train/train.js";
import { befall } from "../lossy-gpu.js";
import { matrixTest } from "../matrix.js";
import { LOSING, losingSet, trainLosing } from "./losses.js";
import { expectSameState, timeless } from "./same-runs.js";

// Real devices, lost while training; in more phases and at more calls in test/long. recover.test.ts loses a simulated one at every call.

const gpu = vi.hoisted(() => ({ opened: (_: GPUDevice) => {} }));
vi.mock("../../src/device/webgpu/gpu-node.js", async (original) => {
  const { findGpu, ...rest } = await original<typeof import("../../src/device/webgpu/gpu-node.js")>();
  const { findWatched } = await import("../lossy-gpu.js");
  return { ...rest, findGpu: findWatched(findGpu, (device) => gpu.opened(device)) };
});

const data = { train: losingSet };
const fresh = await createWebgpuDevice();
afterAll(() => fresh.dispose());
const whole = await train(data, { ...LOSING, device: fresh });

matrixTest("training whose device is lost in an evolution is resumed on another one to the same bits", async () => {
  const { network, lost, history, evolutions } = await trainLosing(gpu, ["evolution"]);
  expect(lost).toEqual([1]);
  expectSameState(network, (await whole.save()).network);
  expect({ history, evolutions }).toEqual({ history: timeless(whole.history), evolutions: timeless(whole.evolutions) });
});

matrixTest("so is an ensemble's, with each of its members", async () => {
  const members = 3;
  const { members: ended = [], lost } = await trainLosing(gpu, ["evolution", "removal"], { members });
  expect(lost).toEqual([1, 2]);
  const undisturbed = await train(data, { ...LOSING, device: fresh, members });
  const { members: expected = [] } = await undisturbed.save();
  expect(ended).toHaveLength(members);
  for (const [j, network] of expected.entries()) expectSameState(ended[j], network);
});

test("memory that runs out in a removal ends training with the buffer's name; a checkpoint goes on to the same bits", async () => {
  const checkpoints: SavedModel[] = [];
  gpu.opened = (device) =>
    befall(device, (call) => (checkpoints.length === 1 && /^createBuffer layer0.0.w/.test(call) ? "out of memory" : undefined));
  const starved = train(data, { ...LOSING, device: "webgpu", onCheckpoint: (saved) => void checkpoints.push(saved) });
  await expect(starved).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringMatching(/^webgpu: the device ran out of memory at buffer "layer0.0.w" of \d+ bytes/),
  });
  gpu.opened = () => {};
  expect(checkpoints.length).toBe(1);
  const rest = await train(data, { ...LOSING, device: fresh, resume: checkpoints[0] });
  expectSameState((await rest.save()).network, (await whole.save()).network);
});

test("memory that runs out where nothing else would be recorded after it is noticed", async () => {
  let params = 0; // of the plans of training, of evaluation, and of counting, which is the last
  gpu.opened = (device) =>
    befall(device, (call) => (/^createBuffer params/.test(call) && ++params === 3 ? "out of memory" : undefined));
  await expect(train(data, { method: "linear", epochs: 1, device: "webgpu" })).rejects.toMatchObject({
    code: "out-of-memory",
    message: expect.stringContaining('at buffer "params"'),
  });
  gpu.opened = () => {};
});

test("a lost device that is the caller's ends the run as a failure that says how to go on; it fails from then on", async () => {
  const device = await createWebgpuDevice();
  const lost = train(data, {
    method: "linear",
    epochs: 3,
    device,
    onCheckpoint: ({ training }) => void (training?.epoch === 2 && device.gpuDevice.destroy()),
  });
  await expect(lost).rejects.toMatchObject({
    kind: "failure",
    code: "device-lost",
    message: expect.stringMatching(/the device was lost .*--resume/),
  });
  await expect(device.read([device.createBuffer("late", "f32", 4)])).rejects.toThrow("the device was lost");
  await device.dispose();
});
