import { expect, test } from "vitest";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { blobs, expectSameState } from "./util.js";

test("a device that is lost midway ends the run as a failure that says how to go on, and another device goes on to the same bits", async () => {
  const set = blobs();
  const options: TrainOptions = { method: "set", hidden: [20], epsilon: 4, epochs: 6, batch: 10 };
  const fresh = await createWebgpuDevice();
  const whole = await train({ train: set }, { ...options, device: fresh });

  const device = await createWebgpuDevice();
  const checkpoints: SavedModel[] = [];
  const lost = train(
    { train: set },
    {
      ...options,
      device,
      onCheckpoint: (saved) => {
        checkpoints.push(saved);
        if (saved.training?.epoch === 3) device.gpuDevice.destroy();
      },
    },
  );
  const error = await lost.catch((reason) => reason);
  expect(error.kind).toBe("failure");
  expect(error.message).toMatch(/the device was lost .*--resume/);
  await expect(device.read([device.createBuffer("late", "f32", 4)])).rejects.toThrow("the device was lost");

  const rest = await train({ train: set }, { ...options, device: fresh, resume: checkpoints[2] });
  expectSameState((await rest.save()).network, (await whole.save()).network);
  await fresh.dispose();
});
