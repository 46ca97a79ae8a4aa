import { afterAll, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import type { NetworkState } from "../../src/nn/state.js";
import type { TrainOptions } from "../../src/train/options.js";
import { train } from "../../src/train/train.js";
import { matrixTest } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { blobs } from "./blobs.js";
import { expectSameState, timeless } from "./same-runs.js";

// Clipping by norm and max-norm, beside the steps of runs without them. A step of SGD is lr times the gradient: its norm tells that of the gradient.

const data = { train: blobs({ samples: 38, features: 10 }), test: blobs({ samples: 12, features: 10, seed: 2 }) };
const cpu = createCpuDevice();
afterAll(() => cpu.dispose());
const LR = 0.02;
const plain = { name: "sgd", momentum: 0, decay: 0 } as const;
const options: TrainOptions = { method: "static", hidden: [16, 12], epsilon: 3, epochs: 1, batch: 38, optimizer: plain, lr: LR };

async function run(more: TrainOptions & { resume?: SavedModel } = {}, device: Device = cpu) {
  const checkpoints: SavedModel[] = [];
  const model = await train(data, { ...options, ...more, device, onCheckpoint: (saved) => void checkpoints.push(saved) });
  const { history } = model;
  const saved = await model.save();
  await model.dispose();
  return { saved, history, checkpoints };
}

/** All values of a network, one after the other. */
const valuesIn = ({ layers, skip }: NetworkState) =>
  [...layers.flatMap(({ params }) => Object.values(params)), ...(skip ? [skip.values] : [])].flatMap((array) => [...array]);

/** What the first step moves each member's values by. */
async function firstSteps(more: TrainOptions, device?: Device) {
  const [before, after] = [await run({ ...more, lr: 1e-30 }, device), await run(more, device)];
  return membersOf(after.saved).map((network, j) => {
    const from = valuesIn(membersOf(before.saved)[j]);
    return valuesIn(network).map((value, k) => value - from[k]);
  });
}
const close = (found: readonly number[], expected: readonly number[], digits: number) => {
  expect(found.length).toBe(expected.length);
  for (const [k, value] of expected.entries()) expect(found[k]).toBeCloseTo(value, digits);
};

const KINDS: readonly (readonly [string, TrainOptions])[] = [
  ["sparse layers", {}],
  ["dense layers", { method: "dense", epsilon: undefined }],
  ["a skip", { skip: "linear" }],
  ["members, each by itself", { members: 3 }],
  ["SReLU", { activation: "srelu" }],
  ["members that share weights", { members: 2, share: "weights" }],
];

test.each(KINDS)("of %s the gradient is cut to the norm, and keeps its direction", async (_, more) => {
  const [whole, cut, left] = [
    await firstSteps(more),
    await firstSteps({ ...more, clipNorm: 0.05 }),
    await firstSteps({ ...more, clipNorm: 1e4 }),
  ];
  for (const [j, step] of whole.entries()) {
    const norm = Math.hypot(...step);
    expect(norm).toBeGreaterThan(2 * 0.05 * LR);
    expect(Math.hypot(...cut[j]) / (0.05 * LR)).toBeCloseTo(1, 3);
    close(
      cut[j],
      step.map((value) => (value * 0.05 * LR) / norm),
      6,
    );
    close(left[j], step, 6);
  }
});

test("batch norm's factors are clipped along, and its running statistics are not", async () => {
  const more = { norm: "batch" } as const;
  const [before, whole, cut] = [await run({ ...more, lr: 1e-30 }), await run(more), await run({ ...more, clipNorm: 0.05 })];
  const layers = [before, whole, cut].map(({ saved }) => saved.network.layers);
  for (const [i, { params }] of layers[1].entries()) {
    if ("norm.running" in params) expect(layers[2][i].params["norm.running"]).toEqual(params["norm.running"]);
  }
  const moved = (k: number) =>
    layers[k].flatMap(({ params }, i) =>
      Object.entries(params).flatMap(([name, values]) =>
        name === "norm.running" ? [] : [...values].map((value, n) => value - layers[0][i].params[name][n]),
      ),
    );
  expect(Math.hypot(...moved(2)) / (0.05 * LR)).toBeCloseTo(1, 3);
});

test("decay is not clipped", async () => {
  const decayed = { optimizer: { ...plain, decay: 0.5 } };
  const [none, both] = [await firstSteps({ clipNorm: 1e-6 }), await firstSteps({ ...decayed, clipNorm: 1e-6 })];
  const { saved } = await run({ lr: 1e-30 });
  const start = valuesIn(saved.network);
  close(
    both[0],
    none[0].map((value, k) => value - LR * 0.5 * start[k]),
    6,
  );
});

/** Norms of the weights into each neuron of each layer. */
const normsOf = ({ layers }: NetworkState) =>
  layers.flatMap(({ topology, in: inputs, out, params: { values } }) =>
    Array.from({ length: out }, (_, row) => {
      const [begin, end] = topology ? [topology.rowPtr[row], topology.rowPtr[row + 1]] : [row * inputs, (row + 1) * inputs];
      return Math.hypot(...values.subarray(begin, end));
    }),
  );

test.each([
  ["sparse layers", {}],
  ["dense layers", { method: "dense", epsilon: undefined }],
  ["members", { members: 3 }],
  ["members that share weights", { members: 2, share: "weights" }],
] as const)("of %s no neuron's weights go beyond the bound, and those within keep theirs", async (_, more) => {
  const [whole, bound] = [await run({ ...more }), await run({ ...more, maxNorm: 1 })];
  for (const [j, network] of membersOf(bound.saved).entries()) {
    const norms = normsOf(membersOf(whole.saved)[j]);
    expect(norms.filter((norm) => norm > 1).length).toBeGreaterThan(3);
    close(
      normsOf(network),
      norms.map((norm) => Math.min(norm, 1)),
      5,
    );
  }
});

test.each([
  ["of one network", {}],
  ["of members", { members: 2 }],
] as const)("a run %s goes on from a checkpoint to the same bits, with all of them", async (_, more) => {
  const own = { ...more, method: "npset", epochs: 4, batch: 8, optimizer: "adam", clipNorm: 0.3, maxNorm: 2, ema: 0.9 } as const;
  const whole = await run(own);
  const rest = await run({ ...own, resume: decodeCheckpoint(encodeCheckpoint(whole.checkpoints[1])) });
  expect(timeless(rest.history)).toEqual(timeless(whole.history));
  for (const [j, network] of membersOf(whole.saved).entries()) {
    expectSameState(membersOf(rest.saved)[j], network);
    if ("members" in more) expectSameState((await run({ ...own, members: undefined, member: j })).saved.network, network);
  }
  expect(whole.history[3].testAccuracy).toBeGreaterThan(0.8);
});

matrixTest.each(KINDS)("WebGPU takes the steps of the CPU: %s", async (_, more) => {
  const device = await sharedGpu();
  const own = { ...more, clipNorm: 0.05, maxNorm: 1 };
  const [found, expected] = [await firstSteps(own, device), await firstSteps(own)];
  for (const [j, step] of expected.entries()) close(found[j], step, 5);
});
