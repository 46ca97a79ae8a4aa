import { expect, test } from "vitest";
import type { Allocator } from "../../src/api/extend.js";
import { createCpuDevice } from "../../src/api/index.js";
import { DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

/** A tenth of the connections of layer 0 moves to layer 1. */
const moving: Allocator = {
  name: "moving",
  counts(layers) {
    const moved = Math.floor(layers[0].before / 10);
    return layers.map(({ layer, before }) => before + (layer === 0 ? -moved : layer === 1 ? moved : 0));
  },
};

/** As many to each layer as its mean |gradient| is of all: what is regrown goes where connections matter. */
const byGradient: Allocator = {
  name: "by-gradient",
  gradients: "set",
  async counts(layers, { probe }) {
    const means = await Promise.all(
      layers.map(async ({ layer, kept }) => {
        const rowIdx = Uint32Array.from(kept.colIdx, (_, k) => kept.rowPtr.findIndex((end) => end > k) - 1);
        const gradients = await probe.at(layer, { rowIdx, colIdx: kept.colIdx });
        return gradients.reduce((sum, g) => sum + Math.abs(g), 0) / gradients.length;
      }),
    );
    const most = means.indexOf(Math.max(...means));
    const pruned = layers.reduce((sum, layer) => sum + layer.pruned, 0);
    return layers.map(({ left, cells }, i) => (i === most ? Math.min(cells, left + pruned) : left));
  },
};

test.each(DEVICES)("connections move between layers on %s", async (_, open) => {
  const device = await open();
  const evolved = await trainEvolved(device, { method: "set", evolution: { allocate: moving } });
  for (const { before, after, records } of evolved) {
    const [old, now] = [before, after].map(({ layers }) => layers.map(({ params: { values } }) => values.length));
    const moved = Math.floor(old[0] / 10);
    expect(moved).toBeGreaterThan(0);
    expect(now).toEqual([old[0] - moved, old[1] + moved, old[2]]);
    expect(records.map(({ lost }) => lost)).toEqual([moved, -moved, 0]);
  }
  const removal = { amount: 0.3, first: 1, last: 3 };
  await trainEvolved(device, { method: "npset", evolution: { allocate: byGradient, removal } });
  await device.dispose();
});

test("a checkpoint of an allocator is read where it is handed in", async () => {
  const method = "set";
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution: { allocate: moving } },
    { method },
    'resume: allocator: "moving" is not built in (constant, shrinking); hand it in as evolution.allocate, an object of that name',
  );
});

test("counts that cannot be are refused by the allocator's name", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (counts: Allocator["counts"]) =>
    trainEvolved(device, { method: "set", evolution: { allocate: { name: "odd", counts } } });
  await expect(run((layers) => layers.map(({ cells }) => cells + 1))).rejects.toThrow(
    "allocator odd: layer 0 is to have 169 connections",
  );
  await expect(run((layers) => layers.map(({ left }) => left - 1))).rejects.toThrow("give a whole number from the ");
  await expect(run(() => [])).rejects.toThrow("allocator odd: gives 0 counts for 3 layers");
});
