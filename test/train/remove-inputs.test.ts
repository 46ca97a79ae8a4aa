import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import type { EvolveOptions } from "../../src/evolution/evolve-options.js";
import { keepInputs, widen } from "../../src/evolution/remove-inputs.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { isMarked, setMark } from "../../src/sparse/marks.js";
import { fanOut, fromDense, type Topology } from "../../src/sparse/topology.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { settleRun } from "../../src/train/settle.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { table } from "../fit/tables.js";
import { WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { expectSameState } from "./same-runs.js";

// Inputs that leave by strength: they lose their connections for good, and the network still takes all features.

const DEVICES: Readonly<Record<string, Device>> = {
  simd: createCpuDevice(),
  ...(WHOLE && { twins: createCpuDevice({ simd: false }), webgpu: await sharedGpu() }),
};
afterAll(() => Promise.all(Object.values(DEVICES).map((device) => device.dispose())));

const DATA = { train: table({ samples: 60, features: 50, informative: 10, shift: 3 }) };
const RUN = {
  method: "npset",
  hidden: [40, 20],
  epsilon: 3,
  batch: 8,
  epochs: 20,
  lr: 0.02,
  optimizer: { name: "adamw", decay: 5 }, // what tells nothing fades
  seed: 3,
  evolution: { removal: { inputAmount: 0.7, first: 8, last: 16, amount: 0.2 } },
} as const satisfies TrainOptions;

async function run(device: Device, options: TrainOptions & RunOptions) {
  const checkpoints: SavedModel[] = [];
  const model = await train(DATA, {
    ...options,
    device,
    ...(!options.resume && { tune: "off" }),
    onCheckpoint: (saved) => void checkpoints.push(decodeCheckpoint(encodeCheckpoint(saved))),
  });
  const saved = await model.save();
  await model.dispose();
  return { saved, checkpoints };
}

const goneOf = ({ topology }: { topology: Topology | null }) =>
  [...fanOut(topology as Topology).entries()].filter(([, degree]) => degree === 0).map(([input]) => input);

describe.each(Object.keys(DEVICES))("on %s", (name) => {
  test("as many inputs as asked for are gone at the end, none comes back, and most that tell the classes stay", async () => {
    const { saved, checkpoints } = await run(DEVICES[name], RUN);
    const gone = checkpoints.map(({ network }) => goneOf(network.layers[0]));
    for (const [k, now] of gone.entries()) {
      const epoch = k + 1;
      if (epoch > 8) expect(now).toEqual(expect.arrayContaining(gone[k - 1]));
      const t = Math.min(1, Math.max(0, (epoch - 8) / 8));
      if (epoch < 20) expect(now.length).toBeGreaterThanOrEqual(Math.round(0.7 * 50 * (1 - (1 - t) ** 3)));
    }
    const last = goneOf(saved.network.layers[0]);
    expect(last.length).toBeGreaterThanOrEqual(35);
    expect(last.length).toBeLessThan(45);
    const telling = last.filter((input) => input < 10).length;
    expect(telling / 10).toBeLessThan((last.length - telling) / 40 - 0.2); // the first ten tell the classes
    expect(saved.network.layers[0].in).toBe(50);
    const nnz = ({ network }: SavedModel) => network.layers.reduce((sum, { topology }) => sum + (topology?.nnz ?? 0), 0);
    expect(nnz(saved)).toBe(nnz(checkpoints[0])); // the budget stays: what they had grows elsewhere
  });

  test("each member is the network alone, and a run that goes on ends with the same bits", async () => {
    const ensemble = { ...RUN, members: 2 } as const;
    const whole = await run(DEVICES[name], ensemble);
    for (const [member, network] of membersOf(whole.saved).entries()) {
      const alone = await run(DEVICES[name], { ...RUN, member });
      expectSameState(network, alone.saved.network);
    }
    const rest = await run(DEVICES[name], { ...ensemble, resume: whole.checkpoints[9] });
    for (const [j, network] of membersOf(rest.saved).entries()) expectSameState(network, membersOf(whole.saved)[j]);
  });
});

test("the weakest inputs leave, ties by number, and a layer gets back its columns", () => {
  const rng = random(1, "inputs");
  const [rows, cols] = [9, 20];
  for (let round = 0; round < 20; round++) {
    const cells = Array.from({ length: rows * cols }, (_, k) => k).filter(() => rng.float() < 0.2);
    const there = new Set(cells);
    const topology = fromDense(
      Array.from({ length: rows * cols }, (_, k) => Number(there.has(k))),
      rows,
      cols,
    );
    const weights = Float64Array.from(cells, () => Math.round(4 * rng.normal()) / 4);
    const survivors = new Uint32Array(Math.ceil(topology.nnz / 32));
    for (let k = 0; k < topology.nnz; k++) if (rng.float() < 0.7) setMark(survivors, k);
    const removal = { schedule: "linear", inputAmount: 0.5, amount: 0.1, first: 0, last: 10, floor: 2, every: 1 };
    const options = { config: { removal }, firstSizes: [cols, rows, 2], epoch: 6 } as unknown as EvolveOptions;
    const sums = Array.from({ length: cols }, () => ({ sum: 0, degree: 0 }));
    cells.forEach((cell, k) => {
      if (!isMarked(survivors, k)) return;
      sums[cell % cols].sum += Math.abs(weights[k]);
      sums[cell % cols].degree++;
    });
    const order = [...sums.entries()].sort(
      ([a, x], [b, y]) => Number(x.degree > 0) - Number(y.degree > 0) || x.sum - y.sum || a - b,
    );
    const dead = sums.filter(({ degree }) => degree === 0).length;
    const leaving = Math.max(Math.round(0.5 * cols * 0.6), dead);
    const wanted = order
      .slice(leaving)
      .map(([input]) => input)
      .sort((a, b) => a - b);
    expect([...keepInputs({ topology, survivors }, weights, options)]).toEqual(wanted);
    const before = [...fanOut(topology).entries()].filter(([, degree]) => degree > 0).map(([input]) => input);
    expect([...keepInputs({ topology, survivors }, null, options)]).toEqual(before);
    expect(keepInputs({ topology, survivors }, weights, { ...options, epoch: -1 }).length).toBe(cols);
  }
  const narrow = fromDense([0, 1, 1, 0], 2, 2);
  const layer = { topology: narrow, in: 2, out: 2, source: new Uint32Array(2), grown: null, pruned: 0, regrown: 0, lost: 0 };
  expect(widen(layer, Uint32Array.of(3, 7), 9)).toMatchObject({ in: 9, topology: { cols: 9, colIdx: Uint32Array.of(7, 3) } });
});

test("inputs that a floor keeps, and those that may come back in a run that starts from a model, are told of", async () => {
  const device = DEVICES.simd;
  const notesOf = (options: TrainOptions & RunOptions) =>
    settleRun(DATA, options).notes.filter((note) => note.includes("of 50 inputs"));
  const most = { ...RUN, evolution: { removal: { ...RUN.evolution.removal, inputAmount: 0.99 } } };
  expect(notesOf(RUN)).toEqual([]);
  expect(notesOf(most)).toEqual(["2 of 50 inputs stay, where the removed fraction would leave 0: the removal floor keeps them"]);
  const { saved: start } = await run(device, most);
  expect(goneOf(start.network.layers[0]).length).toBe(48);
  const more = { start, epochs: 2, lr: 0.01 } as const;
  expect(notesOf({ ...more, method: "set" })).toEqual([
    "48 of 50 inputs have no connection in the model, and method set may connect them again; static keeps its connections",
  ]);
  expect(notesOf({ ...more, method: "static" })).toEqual([]);
  expect(goneOf((await run(device, { ...more, method: "static" })).saved.network.layers[0]).length).toBe(48);
});

test("where no input can lose its connections, that is said", async () => {
  const device = DEVICES.simd;
  await expect(train(DATA, { ...RUN, device, skip: "linear" })).rejects.toThrow(
    "removed fraction of the inputs: a linear skip leads from every input to the outputs",
  );
  await expect(train(DATA, { ...RUN, device, members: 2, share: "weights", output: "dense" })).rejects.toThrow(
    "removed fraction of the inputs: inputs leave by their weights alone, and members that share these scale them each by its own",
  );
  await expect(train(DATA, { ...RUN, device, method: "set" })).rejects.toThrow("method set removes no neurons");
  for (const inputAmount of [0, 1, -1, "x"])
    await expect(train(DATA, { ...RUN, device, evolution: { removal: { inputAmount: inputAmount as never } } })).rejects.toThrow(
      "removed fraction of the inputs",
    );
});
