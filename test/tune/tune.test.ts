import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import type { Dispatch } from "../../src/device/kernel.js";
import { defaultVariants, type TunedKernel } from "../../src/kernels/candidates.js";
import type { ProductShape, Variant } from "../../src/kernels/variant.js";
import { networkConfig } from "../../src/nn/config.js";
import { createNetwork } from "../../src/nn/network.js";
import { initialState } from "../../src/nn/state.js";
import { type TuneOptions, tune } from "../../src/tune/tune.js";

// Tuning on a device whose times a test makes up, with candidates of its own: what is chosen, what is timed, and when it stops.

/** The default on workgroups of 64, then of 32 and 128; dense-t has no choice. */
const candidates = (kernel: TunedKernel, shape: ProductShape): readonly Variant[] => {
  const own = { ...defaultVariants(kernel, shape), WG: 64 };
  return kernel === "dense-t" ? [own] : [own, { ...own, WG: 32 }, { ...own, WG: 128 }];
};

/** Two layers of one class, a smaller sparse one, and a dense one. */
const state = initialState({ sizes: [100, 120, 120, 40, 3], densities: [0.1, 0.1, 0.1, null], init: "heUniform", seed: 1 });
const config = networkConfig({});

/** A device that says every dispatch takes what `cost` says, on a clock that only its timing moves. */
function stub(cost: (dispatch: Dispatch) => number) {
  const cpu = createCpuDevice({ simd: false });
  const timed: Dispatch[] = [];
  let [clock, buffers, recordings] = [0, 0, 0];
  const device: Device = {
    ...cpu,
    info: { kind: "webgpu", vendor: "v", architecture: "a", description: "d", software: false },
    createBuffer: (...args) => {
      buffers++;
      return cpu.createBuffer(...args);
    },
    destroyBuffers: (gone) => {
      const there = [...gone].filter((buffer) => buffer !== null);
      buffers -= there.length;
      cpu.destroyBuffers(there);
    },
    record: (dispatches) => {
      recordings++;
      return cpu.record(dispatches);
    },
    release: () => void recordings--,
    time: async ({ dispatches }, times) => {
      expect(dispatches.length).toBe(1);
      const ms = cost(dispatches[0]) * times;
      clock += ms;
      timed.push(dispatches[0]);
      return { ms, clock: "gpu" };
    },
  };
  return { device, timed, left: () => ({ buffers, recordings }), clock: () => clock };
}

async function tuneOn(made: ReturnType<typeof stub>, options: TuneOptions = {}) {
  const network = createNetwork(made.device, config, state);
  const before = made.left();
  const tuned = await tune(made.device, network, 30, { now: made.clock, candidates, ...options });
  expect(made.left()).toEqual(before);
  return tuned;
}

const keyOf = ({ kernel, shape }: { kernel: string; shape: string }) => `${kernel} ${shape}`;

test("every kernel of a step gets its fastest candidate, once a class of shapes, on the largest of the class", async () => {
  const best: Record<string, number> = { spmm: 128, "spmm-t": 32, sddmm: 64, dense: 32, "dense-update": 128 };
  const made = stub(({ kernel, constants }) => (constants.WG === best[kernel.name] ? 0.5 : 1));
  const tuned = await tuneOn(made);
  expect(tuned.map(keyOf).sort()).toEqual([
    "dense 4x32/128/8",
    "dense-update 4x32/128/8",
    "sddmm 128x128/1024/8",
    "sddmm 32x128/512/8",
    "spmm 128x128/1024/8",
    "spmm 32x128/512/8",
    "spmm-t 128x128/1024/8",
    "spmm-t 32x128/512/8",
  ]); // dense-t has one candidate: nothing to time
  for (const { kernel, variant, trials } of tuned) {
    expect(variant.WG ?? 64).toBe(best[kernel]);
    expect(trials.map(({ ms }) => ms).sort()).toEqual([0.5, 1, 1]);
    expect(trials.map(({ variant }) => variant.WG ?? 64)).toEqual([64, 32, 128]);
  }
  // 100 -> 120 has 1200 connections and 120 -> 120 has 1440: the latter stands for both
  const first = made.timed.filter(({ kernel }) => kernel.name === "spmm" || kernel.name === "sddmm");
  expect(new Set(first.map(({ buffers }) => buffers.w?.length ?? buffers.values?.length))).toEqual(new Set([1440, 480]));
});

test("what is known is not timed", async () => {
  const made = stub(() => 1);
  const known = { "spmm 128x128/1024/8": { WG: 32 }, "dense 4x32/128/8": {} };
  const tuned = await tuneOn(made, { known });
  expect(tuned.map(keyOf)).not.toContain("spmm 128x128/1024/8");
  expect(tuned.length).toBe(6);
  expect(made.timed.some(({ kernel }) => kernel.name === "dense")).toBe(false);
});

test("the budget is kept whatever dispatches take, the costliest kernels come first, and the rest keep the default untimed", async () => {
  for (const budgetMs of [0, 10, 100, 1000]) {
    for (const ms of [0.01, 1, 7, 30]) {
      const made = stub(({ constants }) => (constants.WG === 32 ? ms / 2 : ms));
      const tuned = await tuneOn(made, { budgetMs });
      expect(made.clock()).toBeLessThanOrEqual(budgetMs + Math.max(ms, 6)); // what is under way is finished
      expect(tuned.length).toBe(8);
      const timed = tuned.map(({ trials }) => trials.length > 0);
      expect(timed).toEqual([...timed].sort((a, b) => Number(b) - Number(a)));
      for (const { trials, variant } of tuned) expect(variant.WG ?? 64).toBe(trials.length > 0 ? 32 : 64);
      const work = tuned.map(({ shape }) => Number(shape.split("/")[1]));
      expect(work).toEqual([...work].sort((a, b) => b - a));
    }
  }
});

test("time that one kernel leaves goes to the others", async () => {
  const made = stub(() => 0.5);
  const tuned = await tuneOn(made, { budgetMs: 8 * 40 });
  expect(tuned.every(({ trials }) => trials.length === 3)).toBe(true);
});

test("timing changes neither weights nor connections, and a failure frees everything", async () => {
  const made = stub(() => 1);
  const network = createNetwork(made.device, config, state);
  const [before] = await made.device.read([network.layers[0].blocks[0].w]);
  const running: Device["time"] = async (recording, times) => {
    await made.device.run(recording, times);
    return made.device.time(recording, times);
  };
  await tune({ ...made.device, time: running }, network, 30, { candidates });
  const [after] = await made.device.read([network.layers[0].blocks[0].w]);
  expect(after).toEqual(before);
  const { buffers } = made.left();
  const lost: Device = { ...made.device, time: () => Promise.reject(new Error("the device was lost")) };
  await expect(tune(lost, network, 30, { candidates })).rejects.toThrow("the device was lost");
  expect(made.left()).toEqual({ buffers, recordings: 0 });
});
