import { expect, test } from "vitest";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { membersOf, type SavedModel } from "../../src/io/saved-model.js";
import { loadModel } from "../../src/train/model.js";
import { train } from "../../src/train/train.js";
import { DATA, RUNS } from "../train/bits.js";

// An ensemble answers by the average of its members' probabilities: held against members that are loaded one by one, in f64.

const device = createCpuDevice();
const options = { ...RUNS["method npset"], members: 4, device };
const testSet = DATA.test;

async function probabilities(saved: SavedModel): Promise<Float32Array[]> {
  const each: Float32Array[] = [];
  for (const network of membersOf(saved)) {
    const { members, ...one } = saved;
    const model = loadModel(device, { ...one, network });
    each.push((await model.predict(testSet.x)).probabilities);
    await model.dispose();
  }
  return each;
}

const entropyOf = (p: readonly number[]) => p.reduce((sum, value) => sum - (value > 0 ? value * Math.log(value) : 0), 0);

test("probabilities, loss, accuracy and uncertainty are those of the members' mean", async () => {
  const model = await train(DATA, options);
  const saved = decodeCheckpoint(encodeCheckpoint(await model.save()));
  const each = await probabilities(saved);
  const mean = each[0].map((_, k) => each.reduce((sum, one) => sum + one[k], 0) / each.length);
  const classes = saved.classes.length;
  const rows = Array.from({ length: testSet.samples }, (_, i) => i * classes);

  const loaded = loadModel(device, saved);
  for (const answers of [await model.predict(testSet.x), await loaded.predict(testSet.x)]) {
    for (const [k, value] of answers.probabilities.entries()) expect(Math.abs(value - mean[k])).toBeLessThan(1e-6);
    const { entropy, disagreement } = answers.uncertainty as NonNullable<typeof answers.uncertainty>;
    for (const [i, at] of rows.entries()) {
      const own = each.map((one) => entropyOf([...one.subarray(at, at + classes)]));
      const whole = entropyOf([...mean.subarray(at, at + classes)]);
      expect(Math.abs(entropy[i] - whole)).toBeLessThan(1e-5);
      expect(Math.abs(disagreement[i] - (whole - own.reduce((sum, h) => sum + h, 0) / own.length))).toBeLessThan(1e-5);
    }
  }

  const loss = rows.reduce((sum, at, i) => sum - Math.log(mean[at + testSet.y[i]]), 0) / testSet.samples;
  const right = rows.filter((at, i) => {
    const own = mean.subarray(at, at + classes);
    return own.indexOf(Math.max(...own)) === testSet.y[i];
  });
  const { testLoss, testAccuracy, members } = model.history[model.history.length - 1];
  expect(testLoss).toBeCloseTo(loss, 5);
  expect(testAccuracy).toBeCloseTo(right.length / testSet.samples, 10);
  expect(await loaded.evaluate(testSet)).toMatchObject({ accuracy: testAccuracy });
  for (const [j, record] of (members ?? []).entries()) {
    const own = rows.reduce((sum, at, i) => sum - Math.log(each[j][at + testSet.y[i]]), 0) / testSet.samples;
    expect(record.testLoss).toBeCloseTo(own, 5);
  }
  expect(members).toHaveLength(4);
  await loaded.dispose();
  await model.dispose();
});

test("of losses of outputs the outputs are averaged", async () => {
  const model = await train(DATA, { ...options, loss: "mse", members: 2 });
  const { members = [] } = await model.save();
  const { testLoss, members: own = [] } = model.history[model.history.length - 1];
  expect(members).toHaveLength(2);
  // the squared error of a mean is at most the mean of the squared errors
  expect(testLoss).toBeLessThan(own.reduce((sum, record) => sum + (record.testLoss as number), 0) / own.length);
  await model.dispose();
});

test("early stopping goes by the average, and keeps all members of that epoch", async () => {
  const model = await train({ ...DATA, validation: testSet }, { ...options, epochs: 12, patience: 3 });
  const { history, epoch } = model;
  const losses = history.map((record) => record.validationLoss as number);
  expect(losses[epoch - 1]).toBe(Math.min(...losses));
  expect((await model.save()).members).toHaveLength(4);
  expect(await model.evaluate(testSet)).toMatchObject({ loss: expect.closeTo(losses[epoch - 1], 5) });
  await model.dispose();
});

test("what knows no members is refused before anything is computed", async () => {
  const saved = await (await train(DATA, { ...options, epochs: 1 })).save();
  const refused = (more: object) => expect(train(DATA, { ...options, ...more })).rejects;
  await refused({ members: 0 }).toThrow("members: 0");
  await refused({ members: 257 }).toThrow("members: 257");
  const scorer = { name: "own", dispatches: () => [] };
  const scored = { evolution: { removal: { score: scorer } } };
  await refused({ ...scored, output: "dense" }).toThrow(
    "members: a scorer of your own that dispatches kernels knows no members in a dense layer",
  );
  await refused({ members: 1, start: saved, hidden: undefined, epsilon: undefined }).toThrow(
    "start: the model is an ensemble of 4 networks",
  );
  await refused({ memoryBytes: 100_000, members: 200 }).toThrow(
    /memory: an ensemble of 200 networks 14-12-10-\d+ with batch 16 takes .*train fewer members/,
  );
  const single = { ...saved, members: undefined };
  const own = { hidden: undefined, epsilon: undefined };
  await refused({ ...own, start: single }).toThrow("members: first weights and connections are a member's own");
  await refused({ ...own, start: single, members: 1, member: 2 }).toThrow(
    "member: first weights and connections are a member's own",
  );
  await expect(train(DATA, { ...options, members: 3, resume: saved })).rejects.toThrow("members was 4 and is 3");
  await expect(train(DATA, { ...options, epochs: 1, resume: single })).rejects.toThrow(
    "resume: the checkpoint holds 1 of the run's 4 networks; give it whole",
  );
});
