import { expect, test } from "vitest";
import {
  createCpuDevice,
  type Device,
  decodeCheckpoint,
  encodeCheckpoint,
  type RunOptions,
  type SavedModel,
  type TrainOptions,
  train,
} from "../../src/api/index.js";
import type { NetworkState } from "../../src/api/io.js";
import { PRUNERS, type PrunerName } from "../../src/evolution/pruners/index.js";
import type { Pruner } from "../../src/evolution/pruners/pruner.js";
import { membersOf } from "../../src/io/saved-model.js";
import { type Topology, validateTopology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { BASE, connectionsOf, DATA, EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest } from "../matrix.js";
import { cellList } from "../sparse/cells.js";
import { expectSameState } from "../train/same-runs.js";

/** |w| / row sum + |w| / column sum of each connection, from a matrix. */
function importanceOf(topology: Topology, values: ArrayLike<number>): number[] {
  const cells = cellList(topology);
  const total = (of: (row: number, col: number) => boolean) =>
    cells.reduce((sum, [row, col], k) => sum + (of(row, col) ? Math.abs(values[k]) : 0), 0);
  return cells.map(([row, col], k) => {
    const size = Math.abs(values[k]);
    return size && size / total((r) => r === row) + size / total((_, c) => c === col);
  });
}

/** Cells "layer:output,input" with keys, of all layers. */
function keyed(before: NetworkState, keysOf: (topology: Topology, values: ArrayLike<number>) => ArrayLike<number>) {
  return before.layers.flatMap(({ topology, params: { values } }, i) => {
    const keys = keysOf(topology as Topology, values);
    return [...connectionsOf(before, i).keys()].map((cell, k) => ({
      cell: `${i}:${cell}`,
      key: Math.abs(Math.fround(keys[k])),
      i,
    }));
  });
}

const EXPECTED = {
  global: (before: NetworkState, zeta: number) =>
    smallest(
      keyed(before, (_, values) => values),
      zeta,
    ),
  importance: (before: NetworkState, zeta: number) =>
    before.layers.flatMap((_, i) =>
      smallest(
        keyed(before, importanceOf).filter((entry) => entry.i === i),
        zeta,
      ),
    ),
};

/** The cells that are 0, and the fraction zeta of the others, those of the smallest keys. */
function smallest(entries: readonly { cell: string; key: number }[], zeta: number): string[] {
  const living = entries.filter(({ key }) => key !== 0).sort((a, b) => a.key - b.key);
  return [...entries.filter(({ key }) => key === 0), ...living.slice(0, Math.floor(zeta * living.length))].map(
    ({ cell }) => cell,
  );
}

async function expectPruned(device: Device, prune: keyof typeof EXPECTED): Promise<void> {
  for (const { before, after, records } of await trainEvolved(device, { method: "set", evolution: { prune, zeta: 0.3 } })) {
    const gone = new Set(EXPECTED[prune](before, 0.3));
    expect(records.reduce((sum, { pruned }) => sum + pruned, 0)).toBe(gone.size);
    for (const i of before.layers.keys()) {
      const now = connectionsOf(after, i);
      for (const [cell, values] of connectionsOf(before, i))
        expect(Object.is(now.get(cell)?.[0], values[0]), `${i}:${cell}`).toBe(!gone.has(`${i}:${cell}`));
    }
  }
}

for (const [name, open] of EVERY_DEVICE) {
  const take = name === "cpu" ? test : matrixTest;
  take(`importance prunes what a matrix prunes on ${name}`, async () => {
    const device = await open();
    await expectPruned(device, "importance");
    await device.dispose();
  });
  matrixTest(`global prunes what a sort over all layers prunes, and soft is resumed to the same bits, on ${name}`, async () => {
    const device = await open();
    await expectPruned(device, "global");
    const saved: SavedModel[] = [];
    const run = async (more: RunOptions) => {
      const evolution = { prune: "soft", removal: { amount: 0.4, first: 1, last: 3 } } as const;
      const model = await train(DATA, { ...BASE, method: "npset", evolution, device, ...more });
      const { network } = await model.save();
      await model.dispose();
      return network;
    };
    const whole = await run({ onCheckpoint: (model) => void saved.push(model) });
    for (const { topology } of whole.layers) validateTopology(topology as Topology);
    expectSameState(await run({ resume: decodeCheckpoint(encodeCheckpoint(saved[1])) }), whole);
    await device.dispose();
  });
}

const rankSoftly = PRUNERS.soft.rank as NonNullable<Pruner["rank"]>;

test("soft leaves out weights as often as a sample without replacement by |w|^T does", () => {
  const weights = [0.5, -1, 2, 0];
  const topology = { rows: 1, cols: 4, nnz: 4, rowPtr: Uint32Array.of(0, 4), colIdx: Uint32Array.of(0, 1, 2, 3) };
  for (const [progress, power] of [
    [0, 1],
    [1, 3],
  ]) {
    const [a, b, c] = weights.map((w) => Math.abs(w) ** power);
    const total = a + b + c;
    // One of three leaves: the last of an order in which each is drawn with a chance in proportion to what is left.
    const last = [
      [b, c],
      [a, c],
      [a, b],
    ].map(([x, y]) => (x / total) * (y / (total - x)) + (y / total) * (x / (total - y)));
    const [rng, trials] = [random(1, "soft"), 6000];
    const counts = [0, 0, 0];
    for (let i = 0; i < trials; i++) {
      const keys = rankSoftly({ topology, values: weights, rng, progress });
      expect(keys[3]).toBe(0);
      counts[[0, 1, 2].reduce((least, k) => (keys[k] < keys[least] ? k : least), 0)]++;
    }
    for (const [k, p] of last.entries())
      expect(Math.abs(counts[k] - trials * p)).toBeLessThan(5 * Math.sqrt(trials * p * (1 - p)));
  }
});

test("keys of soft keep their order for the smallest and the largest weights", () => {
  const values = [1e-38, 2e-38, 1e-20, 1, 1e30];
  const topology = { rows: 1, cols: 5, nnz: 5, rowPtr: Uint32Array.of(0, 5), colIdx: Uint32Array.of(0, 1, 2, 3, 4) };
  const rng = { ...random(1), uint32: () => 2 ** 31 };
  const keys = Array.from(rankSoftly({ topology, values, rng, progress: 0.9 }));
  expect(keys).toEqual([...keys].sort((x, y) => x - y));
  expect(new Set(keys).size).toBe(5);
  for (const key of keys) expect(Number.isFinite(key) && key > 1e-30).toBe(true);
});

for (const prune of ["global", "importance", "soft"] satisfies PrunerName[]) {
  matrixTest(`${prune}: a member of an ensemble is pruned as it is alone`, async () => {
    const device = createCpuDevice({ threads: 1 });
    const networksOf = async (more: TrainOptions & { readonly member?: number }) => {
      const model = await train(DATA, { ...BASE, method: "npset", evolution: { prune }, ...more, device });
      const saved = await model.save();
      await model.dispose();
      return membersOf(saved);
    };
    for (const [member, network] of (await networksOf({ members: 3 })).entries())
      expectSameState(network, (await networksOf({ member }))[0]);
  });
}

test("keys that do not fit are refused by the pruner's name", async () => {
  const device = createCpuDevice({ threads: 1 });
  const run = (rank: Pruner["rank"], more: object = {}) => {
    const prune: Pruner = { name: "odd", scope: "layer", count: () => 1, rank, ...more };
    return train(DATA, { ...BASE, method: "set", device, evolution: { prune } });
  };
  await expect(run(() => [1])).rejects.toThrow("pruner odd, layer 0: gives [1] as keys, expected a list of ");
  await expect(run(({ values }) => Float32Array.from(values, () => Number.NaN))).rejects.toThrow(
    "pruner odd, layer 0: the key of connection 0 is NaN, expected a finite number",
  );
  await expect(run(() => [], { key: () => [] })).rejects.toThrow("it has a function key and a function rank; leave one out");
});
