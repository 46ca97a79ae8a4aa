import { expect, test } from "vitest";
import { summaryLines } from "../../src/cli/summary.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { membersOf } from "../../src/io/saved-model.js";
import { createNetwork, snapshotMembers } from "../../src/nn/network.js";
import { type NetworkState, withoutState } from "../../src/nn/state.js";
import { classification } from "../../src/tasks/classification.js";
import { checkEvaluated } from "../../src/train/divergence.js";
import { loadModel } from "../../src/train/model.js";
import { createSession } from "../../src/train/session.js";
import { train } from "../../src/train/train.js";
import { DATA, RUNS } from "../train/bits.js";
import { expectSameState } from "../train/same-runs.js";

// Members need not be alike: one may lack optimiser state, or diverge while the others do not.

const device = createCpuDevice();

async function trained() {
  const model = await train(DATA, { ...RUNS["optimizer adam"], epochs: 2, members: 2, device });
  const saved = await model.save();
  await model.dispose();
  return { config: model.config, saved, members: membersOf(saved) };
}

test("the optimiser's state that a member lacks starts at 0, and those of the others are kept", async () => {
  const { saved, members } = await trained();
  for (const bare of [0, 1]) {
    const given = members.map((member, j): NetworkState => (j === bare ? { layers: member.layers.map(withoutState) } : member));
    const network = createNetwork(device, saved.config, given);
    const found = await snapshotMembers(device, network);
    expectSameState(found[1 - bare], members[1 - bare]);
    for (const [i, { params, state }] of found[bare].layers.entries()) {
      expect(params).toEqual(members[bare].layers[i].params);
      for (const arrays of Object.values(state))
        for (const array of arrays) expect(array.every((value) => value === 0)).toBe(true);
    }
    const model = loadModel(device, { ...saved, network: given[0], members: given });
    const whole = loadModel(device, saved);
    expect(await model.predict(DATA.test.x)).toEqual(await whole.predict(DATA.test.x));
    await model.dispose();
    await whole.dispose();
  }
});

test("the message of a run that diverges names the member, and the layers of that one alone", async () => {
  const { config, members } = await trained();
  const [first, second] = members;
  const huge = (network: NetworkState): NetworkState => ({
    layers: network.layers.map((layer) => {
      return { ...layer, params: { ...layer.params, values: layer.params.values.map(() => 1e30) } };
    }),
  });
  const sessionOf = (networks: NetworkState[]) =>
    createSession(device, { config, members: networks, data: { train: DATA.train } });
  const steps = await sessionOf([first, huge(second)]);
  await expect(steps.trainEpoch(1, 0)).rejects.toThrow(/diverged in epoch 1 at step 1 of 3: .* of member 1 /);
  steps.dispose();

  const evaluated = await sessionOf([first, huge(second)]);
  const found = await evaluated.evaluate();
  expect(() => checkEvaluated(found, 4)).toThrow(
    "training diverged in epoch 4 after its last step: the outputs of member 1 are not finite",
  );
  evaluated.dispose();

  const alone = await createSession(device, {
    config: { ...config, members: undefined },
    members: [huge(second)],
    data: { train: DATA.train },
  });
  const own = await alone.evaluate();
  expect(() => checkEvaluated(own, 4)).toThrow("after its last step: the outputs are not finite");
  alone.dispose();
});

test("the summary tells how members do alone by what each of them has: a metric that is summed, or else the loss", async () => {
  const over = { name: "over", better: "larger", over: () => 0.5 } as const;
  const lineOf = async (metrics: (typeof over)[]) => {
    const task = { ...classification, name: "own", metrics };
    const model = await train(DATA, { ...RUNS["method set"], epochs: 2, members: 2, device, task });
    await model.dispose();
    return summaryLines(model, undefined).find((line) => line.startsWith("members"));
  };
  expect(await lineOf([over])).toMatch(/^members {4}2 alone: loss test \d[\d.]* to \d[\d.]*$/);
});
