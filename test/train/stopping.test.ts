import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import type { SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { WHOLE } from "../matrix.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Early stopping on a validation set, and keeping the best.

const set = blobs({ samples: 30 });
/** A third of the labels is wrong: the more certain the network gets, the higher the validation loss. */
const misleading = {
  ...blobs({ samples: 24, seed: 5 }),
  y: Uint32Array.from({ length: 24 }, (_, i) => (i % 3 === 0 ? 1 : i) % 3),
};
const options: TrainOptions = { method: "set", hidden: [24], epsilon: 5, epochs: 60, batch: 10, lr: 0.02, patience: 4 };
const data = { train: set, validation: misleading };

async function run(more: Parameters<typeof train>[1] = {}) {
  const best: SavedModel[] = [];
  const checkpoints: SavedModel[] = [];
  const model = await train(data, {
    ...options,
    ...more,
    device: createCpuDevice(),
    onBest: (saved) => void best.push(saved),
    onCheckpoint: (saved) => void checkpoints.push(saved),
  });
  return { model, best, checkpoints, network: (await model.save()).network };
}

test("training stops after `patience` epochs without a better validation loss and ends with the network that was evaluated at the best", async () => {
  const { model, best, network } = await run();
  const losses = model.history.map(({ validationLoss }) => validationLoss ?? Number.NaN);
  const lowest = losses.indexOf(Math.min(...losses));
  expect(losses.length).toBeLessThan(60);
  expect(losses.length).toBe(lowest + 1 + 4);
  const kept = best[best.length - 1];
  expect(kept.training?.epoch).toBe(lowest + 1);
  expectSameState(network, kept.network);
  expect(model.epoch).toBe(lowest + 1);
  expect((await model.save()).training).toEqual(kept.training);
  const { loss } = await model.evaluate(misleading);
  expect(loss).toBeCloseTo(losses[lowest], 5);
});

test("each best model comes with the history up to it, and only when the validation loss fell", async () => {
  const { model, best } = await run();
  const losses = model.history.map(({ validationLoss }) => validationLoss ?? Number.NaN);
  const falls = losses.flatMap((loss, i) => (losses.slice(0, i).every((earlier) => loss < earlier) ? [i + 1] : []));
  expect(best.map(({ training }) => training?.epoch)).toEqual(falls);
  best.forEach(({ training }) => {
    expect(training?.history.length).toBe(training?.epoch);
  });
});

test("without patience the last network stays, and the test set decides nothing", async () => {
  const { model, network, checkpoints } = await run({ epochs: 12, patience: undefined });
  expect(model.history.length).toBe(12);
  expect(model.epoch).toBe(12);
  expectSameState(network, checkpoints[11].network);
  const { network: other } = await train(
    { ...data, test: misleading },
    { ...options, epochs: 12, patience: undefined, device: createCpuDevice() },
  ).then((trained) => trained.save());
  expectSameState(other, network);
});

test("a resumed run with patience stops at the same epoch with the same network, given the best so far", async () => {
  const whole = await run();
  const last = whole.model.history.length;
  for (const at of [1, last - 3, last - 1]) {
    const resume = whole.checkpoints[at - 1];
    const best = whole.best.filter(({ training }) => (training?.epoch ?? 0) <= at).at(-1);
    const rest = await run({ resume, best });
    expect(timeless(rest.model.history)).toEqual(timeless(whole.model.history));
    expectSameState(rest.network, whole.network);
    await expect(run({ resume })).rejects.toThrow(
      `the best network so far is that of epoch ${best?.training?.epoch}, and none was given`,
    );
  }
});

test("the best network, saved before its epoch's evolution, is not taken for a checkpoint", async () => {
  const { best, checkpoints, model } = await run({ epochs: 12, patience: undefined });
  const [first] = best;
  await expect(run({ epochs: 12, patience: undefined, resume: first })).rejects.toThrow(
    "this is the best network, as it was in epoch 1 before the evolution that follows; go on from a checkpoint",
  );
  // Where nothing evolves the two are the same.
  const still = await run({ epochs: 12, patience: undefined, method: "static" });
  const rest = await run({ epochs: 12, patience: undefined, method: "static", resume: still.best[0] });
  expectSameState(rest.network, still.network);
  expect(timeless(rest.model.history)).toEqual(timeless(still.model.history));
  expect(model.epoch).toBe(checkpoints.length);
});

test("a validation loss that is not finite is no best", async () => {
  // Feature 1 is 0 in all that is trained on, so that its weights may be of any size; only the validation set has it.
  const withFirst = (given: typeof set, value: number) => ({
    ...given,
    x: given.x.map((own, k) => (k % given.features === 0 ? value : own)),
  });
  const sets = { train: withFirst(set, 0), validation: withFirst(misleading, 1e15) };
  const runs = { ...options, epochs: 8, inputs: "raw", lr: 0.001, device: createCpuDevice() } as const;
  const { network, ...begun } = await (await train({ train: sets.train }, { ...runs, patience: undefined })).save();
  const [first, ...rest] = network.layers;
  const large = first.params.values.map((w, k) => ((first.topology?.colIdx[k] ?? k % first.in) === 0 ? 1e30 : w));
  const start = { ...begun, network: { layers: [{ ...first, params: { ...first.params, values: large } }, ...rest] } };
  const { hidden: _hidden, epsilon: _epsilon, ...others } = runs; // these are the model's
  const checkpoints: SavedModel[] = [];
  const model = await train(sets, {
    ...others,
    start,
    onCheckpoint: (saved) => void checkpoints.push(saved),
    onBest: () => expect.fail("there is no best"),
  });
  expect(model.history.map(({ validationLoss }) => Number.isFinite(validationLoss))).toEqual(Array(8).fill(false));
  expect(model.epoch).toBe(8);
  const resumed = await train(sets, { ...others, resume: decodeCheckpoint(encodeCheckpoint(checkpoints[4])) });
  expectSameState((await resumed.save()).network, (await model.save()).network);
  expect(timeless(resumed.history)).toEqual(timeless(model.history));
});

test("patience without a validation set is refused", async () => {
  await expect(train({ train: set }, { ...options, device: createCpuDevice() })).rejects.toThrow("needs a validation set");
});

test("a run until an epoch ends before its evolution, and its checkpoint goes on to the bits of the whole run", async () => {
  const steady = { epochs: 8, patience: undefined }; // no schedule of set knows how many epochs there are
  const whole = await run(steady);
  const part = await run({ ...steady, until: 5 });
  const short = await run({ ...steady, epochs: 5 });
  expect(part.model.epoch).toBe(5);
  expectSameState(part.network, short.network);
  expectSameState(part.checkpoints[4].network, whole.checkpoints[4].network);
  const rest = await run({ ...steady, resume: part.checkpoints[4], best: part.best.at(-1) });
  expectSameState(rest.network, whole.network);
  expect(timeless(rest.model.history)).toEqual(timeless(whole.model.history));
  await expect(run({ ...steady, until: 9 })).rejects.toThrow("until: 9, expected an epoch after 0 and of at most 8");
});

test("a metric that is chosen says which epoch is best, also of a run that goes on", async () => {
  const metrics = [["brierScore", -1] as const, ...(WHOLE ? [["rocAuc", 1] as const, ["accuracy", 1] as const] : [])];
  for (const [metric, sign] of metrics) {
    const key = `validation${metric[0].toUpperCase()}${metric.slice(1)}` as const;
    const { model, best, checkpoints, network } = await run({ metric });
    const values = model.history.map((record) => sign * Number(record[key]));
    const highest = values.indexOf(Math.max(...values));
    expect([model.epoch, values.length]).toEqual([highest + 1, Math.min(60, highest + 1 + 4)]);
    expect(best.at(-1)?.training?.best).toEqual({
      loss: model.history[highest].validationLoss,
      epoch: highest + 1,
      value: sign * values[highest],
    });
    const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[highest]));
    const rest = await run({ metric, resume, best: best.at(-1) });
    expectSameState(rest.network, network);
    await expect(run({ resume, best: best.at(-1) })).rejects.toThrow(/options contradict the checkpoint: metric/);
  }
});

test("a metric changes no bit of what is learnt, and its value is that of the answers", async () => {
  const plain = await run({ epochs: 3, patience: undefined });
  const { model, network } = await run({ epochs: 3, patience: undefined, metric: "logLoss", metrics: ["kappa"] });
  expectSameState(network, plain.network);
  const { logLoss, kappa } = await model.evaluate(misleading);
  expect(model.history[2].validationLogLoss).toBeCloseTo(logLoss as number, 6);
  expect(model.history[2].validationKappa).toBeCloseTo(kappa as number, 12);
});

test("a metric that no value could be had of is refused before anything is trained", async () => {
  const one = { ...misleading, y: new Uint32Array(24) };
  const tried = (validation: typeof set | undefined, metric: string) =>
    train({ train: set, validation }, { ...options, patience: undefined, metric: metric as "rocAuc", device: createCpuDevice() });
  await expect(tried(one, "rocAuc")).rejects.toThrow(
    /^metric rocAuc: is not defined, as all samples are of one class \(validation set\); leave the metric out, or split otherwise$/,
  );
  await expect(tried(undefined, "rocAuc")).rejects.toThrow(/^metric: the best epoch is that of a validation set/);
  await expect(tried(misleading, "rocAcu")).rejects.toThrow(/^metric: .*"rocAcu" is unknown.*did you mean "rocAuc"/);
});
