import { expect, test } from "vitest";
import type { Allocator } from "../../src/api/extend.js";
import { createCpuDevice, type StartInfo, train } from "../../src/api/index.js";
import { BASE, DATA, DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

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
    'resume: allocator: "moving" is not built in (constant, shrinking, survivors, gradient, cubic, sigmoid); hand it in as evolution.allocate, an object of that name',
  );
});

test("memory is planned for as many connections as an allocator may give, and more are refused", async () => {
  const device = createCpuDevice({ threads: 1 });
  const filling = (most?: number): Allocator => ({
    name: "filling",
    most,
    counts: (layers) => layers.map(({ left, cells }) => Math.min(cells, 2 * left)),
  });
  const bytes: number[] = [];
  const run = async (allocate: Allocator | "constant") => {
    const onStart = ({ memory }: StartInfo) => void bytes.push(memory.connections, memory.evolution);
    const options = { ...BASE, method: "set", evolution: { allocate, zeta: 0.1 }, device, onStart } as const;
    await (await train(DATA, options)).dispose();
  };
  await expect(run(filling())).rejects.toThrow(/allocator filling: gives \d+ connections in all; memory is planned for 1 x \d+/);
  await run(filling(8));
  await run("constant");
  expect(bytes[2]).toBe(8 * bytes[4]); // the connections of eight times as many
  expect(bytes[0]).toBe(bytes[4]);
  expect(bytes[3]).toBeGreaterThan(bytes[1]);
  expect(bytes[1]).toBeGreaterThan(bytes[5]); // any layer may be the one that is rebuilt with most of them
  await device.dispose();
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
  await expect(run(() => undefined as never)).rejects.toThrow("allocator odd: gives undefined counts for 3 layers");
  await expect(run((layers) => layers.map(() => Number.NaN))).rejects.toThrow("layer 0 is to have NaN connections");
});
