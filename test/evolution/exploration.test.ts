import { expect, test } from "vitest";
import { createCpuDevice, type SavedModel, type TrainOptions, train } from "../../src/api/index.js";
import { metricsTable } from "../../src/cli/metrics.js";
import type { Room } from "../../src/evolution/growers/grower.js";
import { GROWERS } from "../../src/evolution/growers/index.js";
import { membersOf } from "../../src/io/saved-model.js";
import { type Cells, placeCells } from "../../src/sparse/place.js";
import type { Derived } from "../../src/sparse/topology.js";
import { trainConfig } from "../../src/train/config.js";
import { random } from "../../src/util/random.js";
import { BASE, connectionsOf, DATA, EVERY_DEVICE, trainEvolved } from "../extend/trained.js";
import { matrixTest, WHOLE } from "../matrix.js";

/** Every second of five epochs is followed by an evolution, so the network of the first is that of the start. */
const RUN = { ...BASE, method: "npset", epsilon: 1, epochs: 5 } as const;
const EVOLUTION = { period: 2, exploration: true, removal: { amount: 0.4, first: 1, last: 3 } } as const;

/** The history of a run, and its networks after each epoch. */
async function runOf(options: TrainOptions) {
  const saves: SavedModel[] = [];
  const device = createCpuDevice({ threads: 1 });
  const model = await train(DATA, { ...RUN, ...options, device, onCheckpoint: (saved) => void saves.push(saved) });
  const history = model.history.map(({ explored }) => explored);
  await model.dispose();
  return { history, saves };
}

for (const members of WHOLE ? [1, 2] : [2]) {
  test(`the explored share is that of the cells that any network so far had, of ${members}`, async () => {
    const { history, saves } = await runOf({ evolution: EVOLUTION, ...(members > 1 && { members }) });
    const seen = new Set<string>();
    const cells = members * (12 * 14 + 14 * 10 + 10 * 3);
    const shares = saves.map((saved) => {
      for (const [j, network] of membersOf(saved).entries())
        for (const i of network.layers.keys()) for (const cell of connectionsOf(network, i).keys()) seen.add(`${j},${i},${cell}`);
      return seen.size / cells;
    });
    expect(shares[0]).toBeLessThan(shares[3]);
    expect(history).toEqual([shares[0], shares[0], shares[1], shares[1], shares[3]]); // an epoch tells of the network that it trained
  });
}

test("of a network of dense layers alone every connection was there", async () => {
  const { history } = await runOf({ method: "set", epsilon: 100, epochs: 2, evolution: { exploration: true } });
  expect(history).toEqual([1, 1]);
});

test("nothing is counted unless asked for, and a run of too many cells is refused", async () => {
  const config = (evolution: object, features = 12) =>
    trainConfig({ method: "set", hidden: [5000], evolution }, { features, classes: 3, samples: 9 });
  expect(config({}).evolution).not.toHaveProperty("exploration");
  expect(config({ grow: "random-unfired" }).evolution).toHaveProperty("exploration", true);
  expect(() => config({ exploration: true }, 1_000_000)).toThrow("exploration: takes a bit for each of 5000000000 possible");
  const none = { trainLoss: null, testLoss: null, validationLoss: null };
  const record = { ...none, epoch: 1, runningLoss: 1, nnz: 3, neurons: [2, 2], explored: 0.25, lr: 1, steps: 1 };
  const table = metricsTable([], true);
  const names = table.header(2).trim().split(",");
  const values = table.line({ ...record, seconds: { total: 1, train: 1, evolve: 0, evaluate: 0 } }).split(",");
  expect(values[names.indexOf("explored")]).toBe("0.25");
});

test("random-unfired takes cells that never held a connection, each as often, and then others", async () => {
  const [rows, cols] = [5, 8];
  const explored = (row: number, col: number) => (row * cols + col) % 3 !== 0; // 14 of 40 cells were never connected
  const base = { rows, cols, nnz: 0, rowPtr: new Uint32Array(rows + 1), colIdx: new Uint32Array(0) };
  const grown = async (count: number, seed: number) => {
    const found: { cells?: Cells; rest?: boolean } = {};
    const keep = (cells: Cells, rest: boolean): Derived => {
      found.cells = cells;
      found.rest = rest;
      return placeCells(base, new Uint32Array(0), cells); // throws on cells that are listed twice
    };
    const room = { base, count, rng: random(seed, "unfired"), explored };
    await GROWERS["random-unfired"].grow({
      ...room,
      place: (cells: Cells) => keep(cells, false),
      draw: (cells: Cells) => keep(cells, true),
    } as unknown as Room);
    const { rowIdx, colIdx } = found.cells as Cells;
    return { list: Array.from(rowIdx, (row, k) => row * cols + colIdx[k]), rest: found.rest };
  };
  const counts = new Map<number, number>();
  const rounds = WHOLE ? 2000 : 400;
  for (let seed = 0; seed < rounds; seed++) {
    const { list, rest } = await grown(13, seed); // nearly all, so the pass over all cells takes part
    expect(rest).toBe(false);
    for (const cell of list) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  }
  expect([...counts.keys()].every((cell) => cell % 3 === 0)).toBe(true);
  const p = 13 / 14;
  for (const many of counts.values()) expect(Math.abs(many / rounds - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / rounds));
  const { list, rest } = await grown(20, 1);
  expect([list.length, rest]).toEqual([14, true]);
});

for (const [name, open] of EVERY_DEVICE) {
  matrixTest(`random-unfired keeps to what all evolutions keep to, and is resumed to the same bits, on ${name}`, async () => {
    const device = await open();
    await trainEvolved(device, { method: "set", evolution: { grow: "random-unfired" } });
    const removal = { amount: 0.4, first: 1, last: 3 };
    await trainEvolved(device, { method: "npset", evolution: { grow: "random-unfired", removal } });
    await device.dispose();
  });
}
