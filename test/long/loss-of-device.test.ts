import { expect, it, vi } from "vitest";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { befall, type Decide } from "../lossy-gpu.js";
import { blobs } from "../train/blobs.js";
import { LOSING, losingSet, PHASES, trainLosing } from "../train/losses.js";
import { expectSameState, timeless } from "../train/same-runs.js";

// A real device, destroyed at one of the calls that a whole training makes of it: object creation, uploads, submits, maps, error scopes.

const gpu = vi.hoisted(() => ({ opened: (_: GPUDevice) => {} }));
vi.mock("../../src/device/webgpu/gpu-node.js", async (original) => {
  const { findGpu, ...rest } = await original<typeof import("../../src/device/webgpu/gpu-node.js")>();
  const { findWatched } = await import("../lossy-gpu.js");
  return { ...rest, findGpu: findWatched(findGpu, (device) => gpu.opened(device)) };
});

const POINTS = 16;
const data = { train: blobs({ samples: 30 }), validation: blobs({ samples: 12, seed: 2 }) };
const options: TrainOptions = {
  method: "npset",
  hidden: [16],
  epsilon: 3,
  epochs: 3,
  batch: 10,
  dropout: 0.2,
  optimizer: { name: "adam" },
  patience: 3,
  evolution: { removal: { first: 1, last: 2 } },
};

/** Trains on devices opened by `train`, of which the first suffers what `decide` says. */
async function run(decide: Decide, onCheckpoint = () => {}) {
  const losses: string[] = [];
  let devices = 0;
  gpu.opened = (device) => befall(device, devices++ === 0 ? decide : () => undefined);
  const model = await train(data, {
    ...options,
    device: "webgpu",
    onCheckpoint,
    onDeviceLost: ({ reason }) => void losses.push(reason),
  });
  const { network } = await model.save();
  await model.dispose();
  return { network, losses, devices, history: timeless(model.history), evolutions: timeless(model.evolutions) };
}

it(`a device that is lost at any of ${POINTS} calls, spread over all of a training, is replaced, and the result is the same`, async () => {
  const calls: string[] = [];
  let total = 0; // until the last checkpoint is there; after it, nothing is left to be trained
  const note = (call: string) => {
    calls.push(call);
    return undefined;
  };
  const whole = await run(note, () => {
    total = calls.length - 1;
  });
  expect(whole.evolutions.some(({ layers }) => layers.some(({ removedNeurons }) => removedNeurons > 0))).toBe(true);
  const kinds = new Set<string>();
  for (let point = 0; point < POINTS; point++) {
    // An odd stride: calls come in patterns, which an even one would hit always at the same place.
    const at = Math.floor((point + 0.5) * (total / POINTS)) | 1;
    const fate = point % 2 ? "lost before" : "lost after";
    const { network, losses, devices, history, evolutions } = await run((_, index) => (index === at ? fate : undefined));
    const where = `${fate} call ${at} of ${calls.length}, ${calls[at]}`;
    kinds.add(calls[at].split(" ")[0]);
    expect(losses, where).toEqual([expect.stringMatching(/^webgpu: the device was lost \(destroyed\)/)]);
    expect(devices, where).toBe(2);
    expectSameState(network, whole.network);
    expect({ history, evolutions }, where).toEqual({ history: whole.history, evolutions: whole.evolutions });
  }
  console.log(`lost at ${[...kinds].sort().join(", ")}; ${calls.length} calls in all`);
  expect(kinds.size).toBeGreaterThan(5);
});

it("a training that loses its device in a step, an evaluation, an evolution, a removal and a checkpoint goes on each time", async () => {
  gpu.opened = () => {};
  const whole = await train({ train: losingSet }, { ...LOSING, device: "webgpu" });
  const phases = Object.keys(PHASES) as (keyof typeof PHASES)[];
  const { network, lost, history, evolutions } = await trainLosing(gpu, phases);
  expect(lost).toEqual([1, 2, 3, 4, 5]);
  expectSameState(network, (await whole.save()).network);
  expect({ history, evolutions }).toEqual({ history: timeless(whole.history), evolutions: timeless(whole.evolutions) });
  await whole.dispose();
});
