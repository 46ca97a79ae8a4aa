import { expect, test } from "vitest";
import { GROWERS, type Grower } from "../../src/api/extend.js";
import { createCpuDevice, type Device, type SavedModel, type TrainOptions, train } from "../../src/api/index.js";
import type { NetworkState } from "../../src/api/io.js";
import { BASE, connectionsOf, DATA, DEVICES, expectHandedIn, trainEvolved } from "./trained.js";

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

/** What was pruned just now grows again, then the first free cells. */
const undo: Grower = {
  name: "undo",
  keepsReturning: true,
  grow({ base, survivors, count, place }) {
    const cells: (readonly [number, number])[] = [];
    const all = new Set(Array.from({ length: base.rows * base.cols }, (_, k) => k));
    for (let row = 0; row < base.rows; row++) {
      for (let k = base.rowPtr[row]; k < base.rowPtr[row + 1]; k++) {
        all.delete(row * base.cols + base.colIdx[k]);
        if (((survivors[k >>> 5] >>> (k & 31)) & 1) === 0) cells.push([row, base.colIdx[k]]);
      }
    }
    for (const k of all) cells.push([Math.floor(k / base.cols), k % base.cols]);
    const chosen = cells.slice(0, count);
    return place({ rowIdx: Uint32Array.from(chosen, ([row]) => row), colIdx: Uint32Array.from(chosen, ([, col]) => col) });
  },
};

test.each(DEVICES)(
  "a cell that was pruned and grows again keeps its weight and state on %s where the grower says so",
  async (_, open) => {
    const device = await open();
    const ended = async (options: TrainOptions) => {
      const model = await train(DATA, { ...BASE, ...options, device });
      const { network } = await model.save();
      await model.dispose();
      return network;
    };
    const still = await ended({ method: "static" });
    expect(await ended({ method: "set", evolution: { grow: undo } })).toEqual(still); // all that left came back as it was
    expect(await ended({ method: "set", evolution: { grow: { ...undo, keepsReturning: false } } })).not.toEqual(still);

    const evolution = { grow: undo, removal: { amount: 0.4, first: 1, last: 3 } };
    const [before, after] = [await ended({ method: "npset", evolution, epochs: 1 }), await evolvedOnce(device, evolution)];
    for (const i of after.layers.keys()) {
      const [old, now] = [connectionsOf(before, i), connectionsOf(after, i)];
      for (const [cell, values] of now) expect(values, cell).toEqual(old.get(cell) ?? values.map(() => 0));
    }
    await device.dispose();
  },
);

/** The network after the first evolution. */
async function evolvedOnce(device: Device, evolution: TrainOptions["evolution"]): Promise<NetworkState> {
  const saved: SavedModel[] = [];
  const onCheckpoint = (model: SavedModel) => void saved.push(model);
  await (await train(DATA, { ...BASE, method: "npset", evolution, device, onCheckpoint })).dispose();
  return saved[0].network;
}

test("a checkpoint of a grower is read where it is handed in", async () => {
  const method = "set";
  await expectHandedIn(
    createCpuDevice(),
    { method, evolution: { grow: steepest } },
    { method },
    `resume: grower: "steepest" is not built in (${Object.keys(GROWERS).join(", ")}); hand it in as evolution.grow, an object of that name`,
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
    "no grower, allocator or scorer asks for them",
  );
  // a layer that place did not make
  await expect(run(() => undefined as never)).rejects.toThrow(
    "grow returns undefined, no layer of this size; return place(cells)",
  );
  await expect(run(({ place, ...room }) => GROWERS.random.grow({ place, ...room }))).resolves.toBeDefined();
  await expect(
    run(async (room) => {
      const { topology, source } = await GROWERS.random.grow(room);
      return { topology, source: source.map((k) => (k === 0 ? 1 : k)) };
    }),
  ).rejects.toThrow(/connection \(\d+, \d+\) stays, and is not where it was/);
});
