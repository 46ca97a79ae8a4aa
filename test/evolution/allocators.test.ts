import { expect, test } from "vitest";
import { createCpuDevice, type Device, type TrainOptions, train } from "../../src/api/index.js";
import type { Allocator } from "../../src/evolution/allocators/allocator.js";
import { deal } from "../../src/evolution/allocators/deal.js";
import { ALLOCATORS } from "../../src/evolution/allocators/index.js";
import { membersOf } from "../../src/io/saved-model.js";
import { trainConfig } from "../../src/train/config.js";
import { runMemory } from "../../src/train/run-memory.js";
import { random } from "../../src/util/random.js";
import { BASE, DATA, EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest } from "../matrix.js";
import { expectSameState } from "../train/same-runs.js";

// Connections that move between layers: what is pruned in one may grow in another.

const MOVING = ["survivors", "gradient"] as const;
/** Wide enough that no neuron is left alone: what it is connected by would stay 0, and look as if it had been kept. */
const WIDE = { hidden: [24, 20], epsilon: 4, output: "dense" } as const;
const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);

test("dealt parts add up, fit, and are nearest to what their weights say of those that are not full", () => {
  const rng = random(5, "deal");
  for (let round = 0; round < 100; round++) {
    const many = 1 + rng.below(5);
    const room = Array.from({ length: many }, () => rng.below(40));
    const weights = Array.from({ length: many }, () => rng.below(4) * rng.float());
    const total = rng.below(60);
    const parts = deal(total, weights, room);
    expect(sum(parts)).toBe(Math.min(total, sum(room)));
    for (const [i, part] of parts.entries()) expect(part <= room[i] && part >= 0 && Number.isInteger(part)).toBe(true);
    // Were a connection more just, of two that both have room for it, it would be moved: no such pair is left.
    const scale = (i: number, part: number) => part / weights[i];
    const open = parts.flatMap((part, i) => (part < room[i] && weights[i] > 0 ? [i] : []));
    for (const i of open)
      for (const [j, part] of parts.entries())
        if (weights[j] > 0 && part > 0) expect(scale(j, part - 1)).toBeLessThan(scale(i, parts[i] + 1) + 1e-9);
  }
  expect(deal(7, [1, 1], [10, 10])).toEqual([4, 3]);
  expect(deal(7, [0, 0], [6, 12])).toEqual([2, 5]);
  expect(deal(9, [3, 1], [2, 100])).toEqual([2, 7]);
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(
    `connections move by what is left and by gradients, none is lost, and runs are resumed to the same bits, on ${name}`,
    async () => {
      const device = await open();
      for (const allocate of MOVING) {
        if (name === "webgpu" && allocate === "survivors") continue; // it asks nothing of the device
        const evolved = await trainEvolved(device, { ...WIDE, method: "set", evolution: { allocate, prune: "global" } });
        for (const { records } of evolved) expect(sum(records.map(({ lost }) => lost))).toBe(0);
        const removal = { amount: 0.4, first: 1, last: 3 };
        await trainEvolved(device, {
          ...WIDE,
          output: "sparse",
          epsilon: 2.4,
          method: "npset",
          evolution: { allocate, prune: "global", grow: "sampled", removal },
        });
      }
      await device.dispose();
    },
  );
}

/** An allocator that also tells what it was asked and answered. */
const told = (inner: Allocator, tell: (layers: Parameters<Allocator["counts"]>[0], counts: readonly number[]) => void) =>
  ({
    ...inner,
    name: "told",
    counts: async (layers, context) => {
      const counts = await inner.counts(layers, context);
      tell(layers, counts);
      return counts;
    },
  }) satisfies Allocator;

test("layers with many survivors get as much more of what grows", async () => {
  let asked = 0;
  const allocate = told(ALLOCATORS.survivors, (layers, counts) => {
    const missing = sum(layers.map(({ before, left }) => before - left));
    const left = sum(layers.map((layer) => layer.left));
    for (const [i, layer] of layers.entries()) {
      expect(Math.abs(counts[i] - layer.left - (missing * layer.left) / left)).toBeLessThan(1);
      asked++;
    }
  });
  const device = createCpuDevice({ threads: 1 });
  const options = { ...BASE, ...WIDE, method: "set", evolution: { allocate, prune: "global" }, device } as const;
  await (await train(DATA, options)).dispose();
  expect(asked).toBeGreaterThan(5);
});

test("layers that are nearly full take no more than fits where growth comes first, and others take the rest", async () => {
  const device = createCpuDevice({ threads: 1 });
  for (const allocate of MOVING) {
    const evolution = { allocate, prune: "global", growFirst: true, zeta: 0.5 } as const;
    const model = await train(DATA, { ...BASE, ...WIDE, method: "set", hidden: [24, 30], epsilon: 5, evolution, device });
    expect(model.evolutions.length).toBe(3);
    for (const { layers } of model.evolutions) expect(sum(layers.map(({ lost }) => lost))).toBe(0);
    await model.dispose();
  }
});

test("memory is planned for a layer that gets what others lose", async () => {
  const sizes = { features: DATA.train.features, classes: DATA.train.classes.length, samples: DATA.train.samples };
  const planned = (evolution: TrainOptions["evolution"]) =>
    runMemory(trainConfig({ ...BASE, ...WIDE, method: "set", evolution }, sizes), DATA).estimate.total;
  for (const allocate of MOVING) {
    const own: Allocator = { ...ALLOCATORS[allocate], name: "own" };
    expect(planned({ allocate })).toBe(planned({ allocate: own }));
    expect(planned({ allocate })).toBeGreaterThan(planned({ allocate: "constant" }));
  }
});

test("of one weight for each layer, what grows goes by the mean |gradient|, as an allocator by hand finds it", async () => {
  const device = createCpuDevice({ threads: 1 });
  const seen: number[][] = [];
  const allocate: Allocator = {
    name: "by-hand",
    gradients: "set",
    async counts(layers, context) {
      const counts = await ALLOCATORS.gradient.counts(layers, context);
      const means: number[] = [];
      for (const { layer, kept } of layers) {
        const rowIdx = new Uint32Array(kept.nnz);
        for (let row = 0; row < kept.rows; row++) rowIdx.fill(row, kept.rowPtr[row], kept.rowPtr[row + 1]);
        const gradients = await context.probe.at(layer, { rowIdx, colIdx: kept.colIdx });
        means.push(sum([...gradients].map(Math.abs)) / kept.nnz);
      }
      const missing = sum(layers.map(({ before, left }) => before - left));
      seen.push(counts.map((count, i) => count - layers[i].left - (missing * means[i]) / sum(means)));
      return counts;
    },
  };
  await (await train(DATA, { ...BASE, ...WIDE, method: "set", evolution: { allocate, zeta: 0.1 }, device })).dispose();
  expect(seen.length).toBe(3);
  for (const errors of seen) for (const error of errors) expect(Math.abs(error)).toBeLessThan(1);
});

/** Networks of a run, those of all members. */
async function networksOf(device: Device, options: TrainOptions & { readonly member?: number }) {
  const model = await train(DATA, { ...BASE, method: "npset", hidden: [30, 20], epsilon: 3, ...options, device });
  const saved = await model.save();
  await model.dispose();
  return membersOf(saved);
}

matrixTest("a member of an ensemble is allotted what it is alone, by any number of threads", async () => {
  for (const allocate of MOVING) {
    const evolution = { allocate, prune: "global" } as const;
    const all = [1, 2].map((threads) => createCpuDevice({ threads }));
    const [members, again] = await Promise.all(all.map((device) => networksOf(device, { evolution, members: 2 })));
    for (const [member, network] of members.entries()) {
      expectSameState(again[member], network);
      expectSameState((await networksOf(all[0], { evolution, member }))[0], network);
    }
    await Promise.all(all.map((device) => device.dispose()));
  }
});
