import { afterAll, describe, expect, test, vi } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { candidatesOf, type TunedKernel } from "../../src/kernels/candidates.js";
import type { ProductShape, Variant } from "../../src/kernels/variant.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { StartInfo } from "../../src/train/records.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { type TuningEntry, type TuningStore, tuningAdapter } from "../../src/tune/entries.js";
import { version } from "../../src/util/version.js";
import { matrixDescribe } from "../matrix.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Tuning as a part of training: when it happens, what it remembers, and that the plan says all of it.

vi.mock("../../src/kernels/candidates.js", async (original) => {
  const real = await original<typeof import("../../src/kernels/candidates.js")>();
  const candidatesOf = (kernel: TunedKernel, shape: ProductShape): readonly Variant[] => {
    const own = real.defaultVariants(kernel, shape);
    return kernel.startsWith("dense") ? [own] : [own, { ...own, WG: 32 }];
  };
  return { ...real, candidatesOf };
});

const webgpu = await createWebgpuDevice();
afterAll(() => webgpu.dispose());

const set = blobs({ samples: 60, features: 30 });
// Sparse throughout: SwiftShader takes seconds to compile the tiled dense kernels, which are a GPU's default.
const options: TrainOptions = { method: "npset", hidden: [60, 50], epsilon: 2, output: "fixed", epochs: 5, batch: 10, seed: 3 };

function memoryStore(entries: readonly TuningEntry[] = []) {
  const store = {
    entries,
    saves: 0,
    load: () => store.entries,
    save: (all: readonly TuningEntry[]) => {
      store.entries = all;
      store.saves++;
    },
  };
  return store;
}

/** A device that counts what is timed on it; `software` false passes it off as a GPU, `quick` makes WG 32 the fastest. */
function counting(device: Device, { software = true, quick = false } = {}) {
  const counted = {
    timed: 0,
    device: {
      ...device,
      info: { ...device.info, software },
      time: async (recording, times) => {
        counted.timed++;
        const timing = await device.time(recording, times);
        if (!quick) return timing;
        return { clock: "gpu", ms: times * (recording.dispatches[0].constants.WG === 32 ? 0.5 : 1) };
      },
    } as Device,
  };
  return counted;
}

async function run(device: Device, more: TrainOptions & RunOptions = {}) {
  let start: StartInfo | undefined;
  const onStart = (info: StartInfo) => {
    start = info;
  };
  const model = await train({ train: set }, { ...options, device, onStart, tuneMs: 60_000, ...more });
  const { network } = await model.save();
  await model.dispose();
  return {
    network,
    plan: model.plan,
    tuning: start?.tuning,
    history: timeless(model.history),
    evolutions: timeless(model.evolutions),
  };
}

/** Not the default of the first layer's spmm. */
const [, byHand] = candidatesOf("spmm", { rows: 60, cols: 30, nnz: 180, quads: 3, software: true });

const fixed = (info: Device["info"], more: Partial<TuningEntry> = {}): TuningEntry => ({
  version,
  adapter: tuningAdapter(info),
  kernel: "spmm",
  shape: "64x32/128/3",
  variant: byHand,
  fixed: true,
  trials: [],
  ...more,
});

matrixDescribe("on an adapter", () => {
  test("a tuned run, one with its plan, and one resumed after the cache was deleted have the same bits, and only the first is timed", async () => {
    const checkpoints: SavedModel[] = [];
    const first = counting(webgpu, { quick: true });
    const store = memoryStore();
    const tuned = await run(first.device, {
      tune: "force",
      tuning: store,
      onCheckpoint: (saved) => void checkpoints.push(saved),
    });
    expect(first.timed).toBeGreaterThan(0);
    expect(store.entries.length).toBeGreaterThan(3);
    const { variants } = tuned.plan;
    expect(Object.keys(variants).sort()).toEqual(store.entries.map(({ kernel, shape }) => `${kernel} ${shape}`).sort());
    expect(Object.values(variants).map(({ WG }) => WG)).toEqual(Object.keys(variants).map(() => 32));

    store.entries = []; // the cache is deleted
    const later = counting(webgpu);
    const planned = await run(later.device, { plan: tuned.plan, tuning: store });
    const resumed = await run(later.device, { resume: checkpoints[2], tuning: store });
    for (const again of [planned, resumed]) {
      expectSameState(again.network, tuned.network);
      expect(again.history).toEqual(tuned.history);
      expect(again.evolutions).toEqual(tuned.evolutions);
      expect(again.plan).toEqual(tuned.plan);
    }
    expect(later.timed).toBe(0);
    expect(store.saves).toBe(1);
    expect(tuned.evolutions.some(({ layers }) => layers.some(({ removedNeurons }) => removedNeurons > 0))).toBe(true);
  });

  test("after the device is lost the run goes on with the variants it was tuned to, from the checkpoint alone", async () => {
    const own = await createWebgpuDevice();
    const store = memoryStore();
    const checkpoints: SavedModel[] = [];
    const { device } = counting(own, { quick: true });
    const static3 = { method: "static", epochs: 3 } as const;
    const lost = run(device, {
      ...static3,
      tune: "force",
      tuning: store,
      onCheckpoint: (saved) => {
        checkpoints.push(saved);
        if (saved.training?.epoch === 2) own.gpuDevice.destroy();
      },
    });
    await expect(lost).rejects.toThrow("the device was lost");
    const variants = Object.fromEntries(store.entries.map(({ kernel, shape, variant }) => [`${kernel} ${shape}`, variant]));
    store.entries = [];
    const rest = await run(webgpu, { ...static3, resume: checkpoints[1], tuning: store });
    expect(rest.plan.variants).toEqual(variants);
    const whole = await run(webgpu, { ...static3, plan: rest.plan });
    expectSameState(rest.network, whole.network);
  });
});

describe("auto", () => {
  test("times a GPU once: the next run takes what is remembered, and another card or version does not", async () => {
    const store = memoryStore([
      fixed(webgpu.info, { adapter: "another|card||5", fixed: false }),
      fixed(webgpu.info, { version: "0.0.1", fixed: false }),
    ]);
    const gpu = counting(webgpu, { software: false, quick: true });
    const first = await run(gpu.device, { tuning: store, epochs: 1 });
    const { timed } = gpu;
    expect(timed).toBeGreaterThan(0);
    expect(store.entries.length).toBe(2 + (first.tuning?.tuned.length ?? 0));
    const second = await run(gpu.device, { tuning: store, epochs: 1 });
    expect(gpu.timed).toBe(timed);
    expect(second.plan).toEqual(first.plan);
    expect(second.tuning?.tuned).toEqual([]);
    expect(store.saves).toBe(1);
  });

  test("times nothing on a software adapter and on the CPU, and takes only what was fixed there", async () => {
    const adapter = counting(webgpu);
    const store = memoryStore([
      fixed(webgpu.info),
      fixed(webgpu.info, { kernel: "sddmm", variant: { WG: 32 }, fixed: false }),
      fixed(webgpu.info, { shape: "4096x32/128/3" }), // wider than the network can come to be
    ]);
    expect((await run(adapter.device, { tuning: store, epochs: 1 })).plan.variants).toEqual({ "spmm 64x32/128/3": byHand });
    expect((await run(adapter.device, { epochs: 1 })).plan.variants).toEqual({});
    expect((await run(adapter.device, { tuning: store, tune: "off", epochs: 1 })).plan.variants).toEqual({});
    for (const tune of ["auto", "force"] as const)
      expect((await run(createCpuDevice(), { tuning: store, tune, epochs: 1 })).plan.variants).toEqual({});
    expect([adapter.timed, store.saves]).toEqual([0, 0]);
  });
});

test("force times again what was timed, but not what was fixed", async () => {
  const gpu = counting(webgpu, { software: false, quick: true });
  const hand = fixed(gpu.device.info);
  const store = memoryStore([hand, fixed(gpu.device.info, { kernel: "spmm-t", fixed: false, variant: { VECS: 2, WG: 128 } })]);
  const { plan, tuning } = await run(gpu.device, { tune: "force", tuning: store, epochs: 1 });
  expect(plan.variants["spmm 64x32/128/3"]).toEqual(hand.variant);
  expect(tuning?.tuned.map(({ kernel, shape }) => `${kernel} ${shape}`)).not.toContain("spmm 64x32/128/3");
  expect(store.entries).toContainEqual(hand);
  expect(store.entries.filter(({ kernel, fixed }) => kernel === "spmm" && fixed)).toEqual([hand]);
});

test("what is fixed while a run is timing stays fixed, and the rest of what was found is kept", async () => {
  const gpu = counting(webgpu, { software: false, quick: true });
  const hand = fixed(gpu.device.info);
  const store = memoryStore();
  const { time } = gpu.device;
  gpu.device.time = (recording, times) => {
    store.entries = [hand];
    return time(recording, times);
  };
  const { tuning } = await run(gpu.device, { tuning: store, epochs: 1 });
  expect(tuning?.tuned.map(({ kernel, shape }) => `${kernel} ${shape}`)).toContain("spmm 64x32/128/3");
  expect(store.saves).toBe(1);
  expect(store.entries.length).toBe(tuning?.tuned.length);
  expect(store.entries.filter(({ kernel, shape }) => kernel === "spmm" && shape === hand.shape)).toEqual([hand]);
});

test("a cache that cannot be read is refused; one that cannot be written is reported, and the run goes on", async () => {
  const corrupt: TuningStore = { load: () => Promise.reject(new Error("cache.json: it is no tuning cache")), save: () => {} };
  for (const device of [webgpu, "auto"] as const)
    await expect(train({ train: set }, { ...options, device, tuning: corrupt })).rejects.toThrow("it is no tuning cache");
  const { CoppiceError } = await import("../../src/util/check.js");
  const full: TuningStore = {
    load: () => [],
    save: () => {
      throw new CoppiceError("cache.json: cannot be written (no space)", "failure");
    },
  };
  const { tuning, plan } = await run(counting(webgpu, { quick: true }).device, { tune: "force", tuning: full, epochs: 1 });
  expect(tuning?.problem).toBe("cache.json: cannot be written (no space)");
  expect(Object.keys(plan.variants).length).toBeGreaterThan(3);
});

test("a plan with variants that no kernel has, and tuning beside a plan, are refused", async () => {
  const { plan } = await run(webgpu, { epochs: 1 });
  const refused = (variants: object, more: RunOptions = {}) =>
    expect(train({ train: set }, { ...options, device: webgpu, plan: { ...plan, variants } as typeof plan, ...more })).rejects;
  await refused({ "spmm 64x32/128/3": { VECS: 77 } }).toThrow(
    'plan: "VECS=77" is no variant of spmm at 64x32/128/3; candidates are',
  );
  await refused({ "spmn 64x32/128/3": { VECS: 1 } }).toThrow('"spmn" is unknown; did you mean "spmm"?');
  await refused({ "spmm 64x32": { VECS: 1 } }).toThrow("is no class of shapes");
  await refused({}, { tune: "force" }).toThrow("force contradicts the recorded plan");
  await expect(train({ train: set }, { ...options, device: webgpu, tune: "fast" as "auto" })).rejects.toThrow(
    '"fast" is unknown; choose one of auto, off, force',
  );
});
