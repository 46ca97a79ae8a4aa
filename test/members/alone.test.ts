import { afterAll, describe, expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import type { Device } from "../../src/device/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import type { TrainOptions } from "../../src/train/options.js";
import type { RunOptions } from "../../src/train/run-options.js";
import { train } from "../../src/train/train.js";
import { matrixTest, WHOLE } from "../matrix.js";
import { sharedGpu } from "../one-gpu.js";
import { DATA, RUNS } from "../train/bits.js";
import { expectSameState } from "../train/same-runs.js";

// Member i of an ensemble has the bits of the network that is trained alone with member i's streams: weights, connections, optimiser's state.

const DEVICES: Readonly<Record<string, Device>> = {
  simd: createCpuDevice(),
  ...(WHOLE && { twins: createCpuDevice({ simd: false }), webgpu: await sharedGpu() }),
};
afterAll(() => Promise.all(Object.values(DEVICES).map((device) => device.dispose())));
const MEMBERS = 3;

async function networks(device: Device, options: TrainOptions & RunOptions) {
  const model = await train(DATA, { ...options, device, ...(!options.resume && { tune: "off" }) });
  const saved = await model.save();
  await model.dispose();
  return { saved, history: model.history };
}

async function expectAlone(device: Device, options: TrainOptions & RunOptions) {
  const { saved, history } = await networks(device, { ...options, members: MEMBERS });
  expect(saved.members).toHaveLength(MEMBERS);
  for (const [member, network] of membersOf(saved).entries()) {
    const alone = await networks(device, { ...options, member });
    expectSameState(network, alone.saved.network);
    const own = history.map(({ members }) => members?.[member]);
    const keys = ["trainLoss", "trainAccuracy", "testLoss", "testAccuracy"] as const;
    for (const key of keys) expect(own.map((record) => record?.[key])).toEqual(alone.history.map((record) => record[key]));
  }
}

/** What npm test takes of the runs: sparse and dense layers, removal, dropout, trained activations; the rest, and other devices, it leaves to test:matrix. */
const CHOSEN = ["npset", "dense"]
  .map((method) => `method ${method}`)
  .concat("bagging", "dropout", "activation srelu", "batch of one");

describe.each(WHOLE ? Object.keys(DEVICES) : ["simd"])("on %s", (name) => {
  for (const [run, options] of Object.entries({ ...RUNS, bagging: { ...RUNS["method npset"], bagging: true } })) {
    const take = CHOSEN.includes(run) ? test : matrixTest;
    take(`${run}: each member is the network alone`, () => expectAlone(DEVICES[name], options));
  }

  test("a run that goes on from a checkpoint's bytes ends with the members of one that was not interrupted", async () => {
    const options = { ...RUNS["method npset"], dropout: 0.2, members: MEMBERS, optimizer: "adam", bagging: true } as const;
    const checkpoints: SavedModel[] = [];
    const whole = await networks(DEVICES[name], { ...options, onCheckpoint: (saved) => void checkpoints.push(saved) });
    for (const epoch of [1, 4]) {
      const resume = decodeCheckpoint(encodeCheckpoint(checkpoints[epoch - 1]));
      const rest = await networks(DEVICES[name], { ...options, resume });
      for (const [j, network] of membersOf(rest.saved).entries()) expectSameState(network, membersOf(whole.saved)[j]);
      const scores = ({ history }: typeof rest) =>
        history.map(({ trainLoss, testAccuracy, members }) => [trainLoss, testAccuracy, members]);
      expect(scores(rest)).toEqual(scores(whole));
    }
  });

  test("samples that are streamed make the same members", async () => {
    const options = { ...RUNS["method npset"], members: MEMBERS, bagging: true };
    const resident = await networks(DEVICES[name], options);
    const streamed = await networks(DEVICES[name], { ...options, dataBytes: 2 * 16 * 4 * (15 + MEMBERS) });
    for (const [j, network] of membersOf(streamed.saved).entries()) expectSameState(network, membersOf(resident.saved)[j]);
  });
});

test("members differ from one another, and an ensemble of one is the network of today", async () => {
  const device = DEVICES.simd;
  const { saved } = await networks(device, { ...RUNS["method npset"], members: 2 });
  const [first, second] = membersOf(saved);
  expect([...second.layers[0].params.values]).not.toEqual([...first.layers[0].params.values]);
  const one = await networks(device, { ...RUNS["method npset"], members: 1 });
  const today = await networks(device, RUNS["method npset"]);
  expect(encodeCheckpoint({ ...one.saved, training: undefined })).toEqual(
    encodeCheckpoint({ ...today.saved, training: undefined }),
  );
  expect(one.saved.members).toBeUndefined();
});
