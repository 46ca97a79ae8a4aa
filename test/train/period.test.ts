import { expect, test } from "vitest";
import { createCpuDevice, type Device, type TrainOptions, train } from "../../src/api/index.js";
import type { Allocator } from "../../src/evolution/allocators/allocator.js";
import type { Pruner } from "../../src/evolution/pruners/pruner.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { trainConfig } from "../../src/train/config.js";
import { partsOf } from "../../src/train/schedules.js";
import { settleRun } from "../../src/train/settle.js";
import { EVERY_DEVICE } from "../extend/trained.js";
import { expectWithin } from "../kernels/harness.js";
import { matrixTest } from "../matrix.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Evolutions by steps: 7 steps an epoch of 50 samples, the last one short.

const DATA = { train: blobs({ samples: 50, features: 20 }), test: blobs({ samples: 20, features: 20, seed: 2 }) };
const BASE: TrainOptions = { method: "set", hidden: [24, 10], epsilon: 3, epochs: 3, batch: 8, dropout: 0.3 };

async function run(device: Device, more: Parameters<typeof train>[1] = {}) {
  const model = await train(DATA, { ...BASE, ...more, device });
  const saved = await model.save();
  await model.dispose();
  return { networks: membersOf(saved), history: timeless(model.history), evolutions: timeless(model.evolutions) };
}

const cpu = () => createCpuDevice({ threads: 1 });

test("an epoch is cut where evolutions follow, whatever came before it", () => {
  const evolving = { evolution: { period: 3 / 7, periodSteps: 3 }, epochs: 2 };
  expect(partsOf(evolving, 0, 7)).toEqual([
    [0, 3],
    [3, 6],
    [6, 7],
  ]);
  expect(partsOf(evolving, 7, 7)).toEqual([
    [0, 2],
    [2, 5],
    [5, 7],
  ]);
  expect(partsOf({ evolution: { period: 1 }, epochs: 2 }, 7, 7)).toEqual([[0, 7]]);
  expect(partsOf({ evolution: null, epochs: 2 }, 0, 7)).toEqual([[0, 7]]);
});

test("as many steps as an epoch has give the bits of an epoch, and the history has the steps", async () => {
  const device = cpu();
  const [epochs, steps] = [await run(device), await run(device, { evolution: { period: "7steps" } })];
  for (const [i, network] of steps.networks.entries()) expectSameState(network, epochs.networks[i]);
  expect(steps.history).toEqual(epochs.history);
  expect(steps.evolutions).toEqual(epochs.evolutions.map((one, i) => ({ ...one, step: 7 * (i + 1) })));
  const within = await run(device, { evolution: { period: "5steps" } });
  expect(within.evolutions.map(({ step, epoch }) => [step, epoch])).toEqual([5, 10, 15, 20].map((step) => [step, step / 7]));
});

matrixTest("parts of an epoch are the epoch, also of samples that pass through in chunks, and of members", async () => {
  const device = cpu();
  const none = { method: "set", evolution: { prune: "none" } } as const;
  for (const more of [{ ...none }, { ...none, dataBytes: 2 * 24 * 4 * 21 }, { ...none, members: 2 }]) {
    const [whole, parts] = [
      await run(device, more),
      await run(device, { ...more, evolution: { prune: "none", period: "2steps" } }),
    ];
    for (const [i, network] of parts.networks.entries()) expectSameState(network, whole.networks[i]);
    for (const [i, { runningLoss, ...rest }] of parts.history.entries()) {
      const { runningLoss: loss, ...others } = whole.history[i];
      expect(runningLoss).toBeCloseTo(loss as number, 12); // sums of sums
      expect(rest).toEqual(others);
    }
  }
});

/** Whatever the weights are, they are handed to `seen` and stay. */
const watcher = (seen: Float64Array[]): Pruner => ({
  name: "watcher",
  scope: "layer",
  count: () => 0,
  rank: ({ topology, values }) => {
    if (topology.cols === 20) seen.push(Float64Array.from(values));
    return new Float32Array(values.length).fill(1);
  },
});

test("gradients within an epoch are those of the batch that comes next, with its dropout: a step of SGD goes by them", async () => {
  const weights: Float64Array[] = [];
  const gradients: Float32Array[] = [];
  const asking: Allocator = {
    name: "asking",
    gradients: "batch",
    counts: async (layers, { probe }) => {
      gradients.push(await probe.at(0, layers[0].kept));
      return layers.map(({ before }) => before);
    },
  };
  const lr = 0.125;
  const optimizer = { name: "sgd", momentum: 0 } as const;
  await run(cpu(), { lr, optimizer, epochs: 3, evolution: { prune: watcher(weights), allocate: asking, period: "1steps" } });
  expect(weights.length).toBe(20);
  for (let step = 0; step + 1 < weights.length; step++) {
    const expected = Float64Array.from(gradients[step], (g, k) => weights[step][k] - lr * g);
    expectWithin(weights[step + 1], expected, 1e-6, `step ${step}`);
  }
});

matrixTest("a run is resumed to the same bits at the end of any epoch, where nothing or something evolves", async () => {
  const device = cpu();
  const saves: SavedModel[] = [];
  const more = { evolution: { period: "5steps", grow: "gradient" }, epochs: 6, optimizer: { name: "adam" } } as const;
  const whole = await run(device, { ...more, onCheckpoint: (saved) => void saves.push(saved) });
  for (const epoch of [1, 5]) {
    const resume = decodeCheckpoint(encodeCheckpoint(saves[epoch - 1]));
    const rest = await run(device, { ...more, resume });
    expectSameState(rest.networks[0], whole.networks[0]);
    expect({ history: rest.history, evolutions: rest.evolutions }).toEqual({
      history: whole.history,
      evolutions: whole.evolutions,
    });
  }
});

matrixTest("any number of threads, and every device, evolves in the same steps", async () => {
  const more = { hidden: [300, 200], epochs: 2, evolution: { period: "3steps", removal: { first: 1, last: 2 } } } as const;
  const [one, three] = await Promise.all(
    [1, 3].map(async (threads) => {
      const device = createCpuDevice({ threads });
      const ran = await run(device, { ...more, method: "npset" });
      await device.dispose();
      return ran;
    }),
  );
  expectSameState(three.networks[0], one.networks[0]);
  for (const [name, open] of EVERY_DEVICE) {
    const device = await open();
    const { evolutions } = await run(device, { ...more, method: "npset" });
    expect(
      evolutions.map(({ step, layers }) => [step, layers.map(({ nnz }) => nnz)]),
      name,
    ).toEqual(one.evolutions.map(({ step, layers }) => [step, layers.map(({ nnz }) => nnz)]));
    await device.dispose();
  }
});

test("a period is a whole number of epochs or of steps", () => {
  const config = (period: unknown, more: object = {}) =>
    trainConfig(
      { ...BASE, method: "npset", evolution: { period: period as number, ...more } },
      { features: 20, classes: 3, samples: 50 },
    ).evolution;
  expect(config(2)).toMatchObject({ period: 2 });
  expect(config("100steps")).toMatchObject({ period: 100 / 7, periodSteps: 100 });
  for (const bad of [0, 1.5, "0steps", "steps", "1.5steps", "10 epochs", null]) expect(() => config(bad)).toThrow("period: ");
  expect(() => config("100steps", { removal: { schedule: "percentile" } })).toThrow("percentile counts epochs");
});

test("a run that is too short for any evolution says so", () => {
  const notesOf = (more: TrainOptions) => settleRun(DATA, { ...BASE, ...more }).notes.join();
  expect(notesOf({ evolution: { period: "1000steps" } })).toContain(
    "set keeps its connections and neurons as they are: evolutions come every 1000 steps, and the run has 21 steps; evolve more often (--period), or train longer",
  );
  expect(notesOf({ method: "gse", epochs: 1 })).toContain("gse keeps its connections");
  expect(notesOf({ evolution: { period: 2, until: 0.5 } })).toContain(
    "every 2 epochs, and the run has 3 epochs, of which a part of 0.5 may evolve",
  );
  for (const quiet of [{}, { epochs: 1 }, { evolution: { period: "20steps" } }, { method: "static" }] as const)
    expect(notesOf(quiet)).not.toContain("keeps its connections");
});
