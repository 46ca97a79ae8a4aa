import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { PRUNERS } from "../../src/evolution/pruners/index.js";
import type { Pruner } from "../../src/evolution/pruners/pruner.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import { openDevice, openPlanned, planOf } from "../../src/train/devices.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { CoppiceError } from "../../src/util/check.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "./blobs.js";
import { expectSameState } from "./same-runs.js";

// Stopping and going on: checkpoints, plans, aborts.

const set = blobs();
const options: TrainOptions = { method: "set", hidden: [20], epsilon: 4, epochs: 6, batch: 10 };

async function checkpointAt(epoch: number, more: TrainOptions = {}): Promise<SavedModel> {
  const saved: SavedModel[] = [];
  await train(
    { train: set },
    { ...options, ...more, device: createCpuDevice(), onCheckpoint: (state) => void saved.push(state) },
  );
  return saved[epoch - 1];
}

test("resuming with other options, data or a model without training state is refused, naming the difference", async () => {
  const resume = await checkpointAt(3);
  const refused = (data: typeof set, more: TrainOptions, saved = resume) =>
    expect(train({ train: data }, { ...options, ...more, device: createCpuDevice(), resume: saved })).rejects;
  await refused(set, { lr: 0.5 }).toThrow("lr.rate was 0.01 and is 0.5");
  await refused(set, { seed: 9 }).toThrow("seed was 1 and is 9");
  await refused(set, { hidden: [21] }).toThrow("hidden was [20] and is [21]");
  await refused(blobs({ features: 13 }), {}).toThrow("12 features, the data 13");
  await refused({ ...set, classes: ["a", "b", "c"] }, {}).toThrow("classes are 0, 1, 2, the data's a, b, c");
  const { training, ...model } = resume;
  expect(training?.epoch).toBe(3);
  await refused(set, {}, model).toThrow("no training state");
});

test("checkpoints come as often as was asked for, and after the last epoch: those of a run that makes all of them", async () => {
  const run = async (more: RunOptions) => {
    const saved: SavedModel[] = [];
    const onCheckpoint = (state: SavedModel) => void saved.push(state);
    await train({ train: set, validation: blobs({ seed: 2 }) }, { ...options, device: createCpuDevice(), onCheckpoint, ...more });
    return saved;
  };
  const all = await run({ onBest: () => {} });
  for (const [more, epochs] of [
    [{ checkpointEvery: 4 }, [4, 6]],
    [{ checkpointEvery: 9, until: 5 }, [5]],
  ] as const) {
    const some = await run(more);
    expect(some.map(({ training }) => training?.epoch)).toEqual(epochs);
    for (const { network, training } of some) {
      const like = all[(training?.epoch ?? 0) - 1];
      expectSameState(network, like.network);
      expect(training?.best).toEqual(like.training?.best); // though nobody is told the best network
    }
  }
});

test("resuming a finished run trains no further", async () => {
  const resume = await checkpointAt(6);
  const epochs: number[] = [];
  const model = await train(
    { train: set },
    { ...options, device: createCpuDevice(), resume, onEpoch: ({ epoch }) => void epochs.push(epoch) },
  );
  expect(epochs).toEqual([]);
  expectSameState((await model.save()).network, resume.network);
});

test("a run goes on beyond its epochs, unless what its evolutions did hangs on how many there are", async () => {
  const more = async (prune: "magnitude" | "soft" | Pruner) => {
    const device = createCpuDevice({ threads: 1 });
    const run = { ...options, method: "set", patience: null, device, evolution: { prune } } as const;
    const saved: SavedModel[] = [];
    await train({ train: set }, { ...run, epochs: 3, onCheckpoint: (one) => void saved.push(one) });
    return (await train({ train: set }, { ...run, epochs: 5, resume: saved[2] })).epoch;
  };
  expect(await more("magnitude")).toBe(5);
  expect(await more({ ...PRUNERS.magnitude, name: "own", ages: false })).toBe(5);
  for (const ages of ["soft", { ...PRUNERS.magnitude, name: "own" }] as const)
    await expect(more(ages)).rejects.toThrow("hangs on how many epochs there are");
});

test("an aborted run rejects with the signal's reason and leaves the device as it found it", async () => {
  const device = createCpuDevice({ memoryBytes: 200_000 });
  for (let i = 0; i < 10; i++) {
    const controller = new AbortController();
    const reason = new Error(`stop ${i}`);
    const run = train(
      { train: set },
      {
        ...options,
        hidden: [200],
        device,
        signal: controller.signal,
        onEpoch: ({ epoch }) => void (epoch === 2 && controller.abort(reason)),
      },
    );
    await expect(run).rejects.toBe(reason);
  }
  const early = train({ train: set }, { ...options, device, signal: AbortSignal.abort(new Error("before it began")) });
  await expect(early).rejects.toThrow("before it began");
  const model = await train({ train: set }, { ...options, device });
  expect(model.history.length).toBe(6);
});

test("an error of a callback ends the run with that error", async () => {
  const fails = () => {
    throw new Error("the disk is full");
  };
  await expect(train({ train: set }, { ...options, device: createCpuDevice(), onCheckpoint: fails })).rejects.toThrow(
    "the disk is full",
  );
});

matrixTest("auto reports what it timed on every device and takes the faster, and its plan leads there again", async () => {
  const model = await train({ train: set }, { ...options, epochs: 2, device: "auto" });
  const { trials } = model.plan;
  expect(trials.map(({ device }) => device)).toEqual(["webgpu", "cpu"]);
  const times = trials.map(({ msPerStep }) => msPerStep ?? Number.NaN);
  expect(times.every((ms) => ms > 0)).toBe(true);
  expect(model.plan.device).toBe(times[0] <= times[1] ? "webgpu" : "cpu");
  expect(model.device.kind).toBe(model.plan.device);

  const again = await train({ train: set }, { ...options, epochs: 2, plan: model.plan });
  expect(again.plan).toEqual(model.plan);
  expectSameState((await again.save()).network, (await model.save()).network);
  await Promise.all([model.dispose(), again.dispose()]);
});

test("auto lists a device that does not hold the network with the reason", async () => {
  const wide = blobs({ samples: 10, features: 2000 });
  const run = train({ train: wide }, { ...options, hidden: [2000], device: "auto", memoryBytes: 100_000 });
  await expect(run).rejects.toThrow("may be used");
});

test("a plan recorded on typed arrays opens them again, and so does a network that WebAssembly cannot hold; threads are no part of a plan", async () => {
  const plain = createCpuDevice({ simd: false });
  expect((await openPlanned(planOf(plain.info))).info).toEqual(plain.info);
  expect((await openDevice("cpu", undefined, 4e9)).info).toMatchObject({ kind: "cpu", architecture: plain.info.architecture });
  const [one, three] = [createCpuDevice({ threads: 1 }), createCpuDevice({ threads: 3 })];
  expect(planOf(three.info)).toEqual(planOf(one.info));
  await expect(train({ train: set }, { ...options, device: one, plan: planOf(plain.info) })).rejects.toThrow(
    'recorded on cpu "typed arrays", here is cpu "wasm simd"',
  );
});

test("a plan of another version, adapter or device is refused", async () => {
  const plan = planOf(createCpuDevice().info);
  const refused = (changed: object, device: "auto" | "webgpu" = "auto") =>
    expect(train({ train: set }, { ...options, device, plan: { ...plan, ...changed } })).rejects;
  await refused({ version: "0.0.1" }).toThrow("recorded by coppice 0.0.1");
  await refused({ adapter: "another||cpu" }).toThrow('recorded on cpu "another||cpu"');
  await refused({}, "webgpu").toThrow("webgpu contradicts the plan, which says cpu");
  const elsewhere = { ...plan, device: "webgpu" as const, adapter: "a||gpu" };
  await expect(train({ train: set }, { ...options, device: createCpuDevice(), plan: elsewhere })).rejects.toThrow(
    'recorded on webgpu "a||gpu", here is cpu',
  );
  const error = await train({ train: set }, { ...options, plan: { ...plan, adapter: "x" } }).catch((reason) => reason);
  expect(error).toBeInstanceOf(CoppiceError);
  expect(error.kind).toBe("usage");
});

test("a run goes on beyond the epochs it was planned for, to the bits of one that was planned for more", async () => {
  for (const more of [{}, { evolution: { grow: "gradient" } }, { method: "dense", members: 2, patience: 9 }] as const) {
    const data = { train: set, ...("patience" in more && { validation: blobs({ seed: 4 }) }) };
    const run = async (other: Parameters<typeof train>[1]) => {
      const model = await train(data, { ...options, ...more, ...other, device: createCpuDevice() });
      return { saved: await model.save(), history: model.history, evolutions: model.evolutions };
    };
    const [kept, best] = [[] as SavedModel[], [] as SavedModel[]];
    const keep = {
      onCheckpoint: (state: SavedModel) => void kept.push(state),
      onBest: (state: SavedModel) => void best.push(state),
    };
    await run({ epochs: 4, ...keep });
    const [whole, further] = [await run({}), await run({ resume: kept[3], best: best.at(-1) })];
    expectSameState(further.saved.network, whole.saved.network);
    expect(further.evolutions.map(({ epoch }) => epoch)).toEqual(whole.evolutions.map(({ epoch }) => epoch));
    expect(further.history.map(({ trainLoss }) => trainLoss)).toEqual(whole.history.map(({ trainLoss }) => trainLoss));
  }
});

test("a run whose schedules hang on its epochs is told how to go on instead", async () => {
  const instead =
    /options contradict the checkpoint: .*epochs was 6 and is 8.*; train its network further in a new run \(--start/;
  for (const more of [{ lr: { schedule: "cosine" } }, { method: "npset" }, { evolution: { zetaSchedule: "cosine" } }] as const) {
    const resume = await checkpointAt(6, more);
    await expect(train({ train: set }, { ...options, ...more, epochs: 8, device: createCpuDevice(), resume })).rejects.toThrow(
      instead,
    );
  }
  const resume = await checkpointAt(6);
  await expect(train({ train: set }, { ...options, epochs: 5, device: createCpuDevice(), resume })).rejects.toThrow(
    /epochs was 6 and is 5/,
  );
});
