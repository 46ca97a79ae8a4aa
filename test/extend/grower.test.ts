import { expect, test } from "vitest";
import type { Grower } from "../../src/api/extend.js";
import { createCpuDevice } from "../../src/api/index.js";
import { connectionsOf, DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

/** Grows where the gradient is largest: RigL's rule (Evci et al. 2020). */
const steepest: Grower = {
  name: "steepest",
  gradients: "batch",
  grow: async ({ layer, kept, count, probe, place }) => place(await probe.largest(layer, kept, count)),
};

/** The first free cells. */
const first: Grower = {
  name: "first",
  grow({ kept, count, place }) {
    const [rowIdx, colIdx] = [new Uint32Array(count), new Uint32Array(count)];
    for (let row = 0, found = 0; found < count; row++) {
      const taken = kept.colIdx.subarray(kept.rowPtr[row], kept.rowPtr[row + 1]);
      for (let col = 0; col < kept.cols && found < count; col++) {
        if (taken.includes(col)) continue;
        [rowIdx[found], colIdx[found]] = [row, col];
        found++;
      }
    }
    return place({ rowIdx, colIdx });
  },
};

test.each(DEVICES)("a grower by gradients, over a batch and over the set, trains on %s", async (_, open) => {
  const device = await open();
  for (const gradients of ["batch", "set"] as const) {
    const grow: Grower = { ...steepest, gradients };
    await trainEvolved(device, { method: "set", evolution: { grow } });
  }
  await trainEvolved(device, { method: "npset", evolution: { grow: steepest, removal: { amount: 0.4, first: 1, last: 3 } } });
  await device.dispose();
});

test.each(DEVICES)(
  "a grower that takes the first free cells finds them on %s, where pruned ones are free and where not",
  async (_, open) => {
    const device = await open();
    for (const growFirst of [false, true]) {
      const evolved = await trainEvolved(device, { method: "set", evolution: { grow: first, growFirst, zeta: 0.1 } });
      for (const { before, after, records } of evolved) {
        for (const [i, { in: inputs, out }] of after.layers.entries()) {
          const [old, now] = [connectionsOf(before, i), connectionsOf(after, i)];
          const grown = new Set(
            [...now].filter(([cell, [w]]) => w === 0 && !Object.is(old.get(cell)?.[0], w)).map(([cell]) => cell),
          );
          const taken = (cell: string) => (growFirst ? old.has(cell) : now.has(cell) && !grown.has(cell));
          const cells = Array.from({ length: out * inputs }, (_, k) => `${Math.floor(k / inputs)},${k % inputs}`);
          expect([...grown].sort()).toEqual(
            cells
              .filter((cell) => !taken(cell))
              .slice(0, records[i].regrown)
              .sort(),
          );
        }
      }
    }
    await device.dispose();
  },
);

test("a checkpoint of a grower is read where it is handed in", async () => {
  const method = "set";
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution: { grow: steepest } },
    { method },
    'resume: grower: "steepest" is not built in (random); hand it in as evolution.grow, an object of that name',
  );
});

test("a grower that does not do as it is asked is refused by its name", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (grow: Grower["grow"]) => trainEvolved(device, { method: "set", evolution: { grow: { name: "odd", grow } } });
  const cells = (rowIdx: number[], colIdx: number[]) => ({ rowIdx: Uint32Array.from(rowIdx), colIdx: Uint32Array.from(colIdx) });
  await expect(run(({ place }) => place(cells([], [])))).rejects.toThrow("grower odd, layer 0: it grew 0 connections;");
  await expect(run(({ place }) => place(cells([1, 1], [2, 2])))).rejects.toThrow("cell (1, 2) is listed twice");
  await expect(run(({ place }) => place(cells([14], [0])))).rejects.toThrow("cell 0 is (14, 0), outside of 14 x 12");
  await expect(
    run(({ kept, place }) => place(cells([kept.rowPtr.findIndex((end) => end > 0) - 1], [kept.colIdx[0]]))),
  ).rejects.toThrow("grower odd, layer 0: 1 are taken, the first is");
  await expect(run(({ layer, kept, count, probe, place }) => probe.largest(layer, kept, count).then(place))).rejects.toThrow(
    "neither the grower nor the allocator asks for them",
  );
});
