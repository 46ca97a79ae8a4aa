import { expect, test } from "vitest";
import type { Dataset } from "../../src/data/dataset.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { decodeCheckpoint, encodeCheckpoint } from "../../src/io/formats/checkpoint/checkpoint.js";
import { conformalScores, predictionSets } from "../../src/tasks/conformal.js";
import { train } from "../../src/train/train.js";
import { random } from "../../src/util/random.js";
import { madeModel } from "../io/models.js";
import { matrixTest } from "../matrix.js";

const CLASSES = 4;

function softmax(z: readonly number[]): number[] {
  const powers = z.map(Math.exp);
  const sum = powers.reduce((a, b) => a + b);
  return powers.map((power) => power / sum);
}

/** Samples whose labels are drawn by some probabilities, and what is predicted of them: too sure of itself. */
function overconfident(samples: number, seed: number) {
  const rng = random(seed, "conformal");
  const labels = new Uint32Array(samples);
  const probabilities = new Float32Array(CLASSES * samples);
  for (let i = 0; i < samples; i++) {
    const z = Array.from({ length: CLASSES }, () => 1.5 * rng.normal());
    const shares = softmax(z);
    const draw = rng.float();
    for (let [c, sum] = [0, shares[0]]; c < CLASSES - 1 && draw >= sum; sum += shares[++c]) labels[i] = c + 1;
    probabilities.set(softmax(z.map((value) => 2.5 * value)), CLASSES * i);
  }
  return { labels, probabilities };
}

const covered = (sets: readonly Uint32Array[], labels: ArrayLike<number>) =>
  sets.filter((set, i) => set.includes(labels[i])).length / sets.length;

test("sets hold the true class as often as was asked for, however wrong the probabilities are", () => {
  const [calibration, repeats] = [199, 24];
  const fresh = overconfident(1500, 0);
  for (const level of [0.6, 0.9]) {
    let mean = 0;
    for (let seed = 1; seed <= repeats; seed++) {
      const { labels, probabilities } = overconfident(calibration, seed);
      const scores = conformalScores(probabilities, labels);
      mean += covered(predictionSets(scores, fresh.probabilities, CLASSES, level), fresh.labels) / repeats;
    }
    // the share of one calibration is Beta(k, n + 1 - k) of mean k / (n + 1) = level; with 1,500 fresh samples, 4 standard deviations
    const spread = Math.sqrt((level * (1 - level)) / (calibration + 2) / repeats + (level * (1 - level)) / 1500);
    expect(Math.abs(mean - level)).toBeLessThan(4 * spread);
  }
});

test("a set is never empty, holds all classes where scores are few, and has the most probable class first", () => {
  const sure = Float32Array.of(0.97, 0.02, 0.01, 0.5, 0.1, 0.4);
  const scores = Float32Array.from({ length: 99 }, (_, i) => i / 10_000);
  expect(predictionSets(scores, sure, 3, 0.5).map((set) => [...set])).toEqual([[0], [0]]);
  expect(predictionSets(Float32Array.of(0.1, 0.55, 0.995), sure, 3, 0.5).map((set) => [...set])).toEqual([[0], [0]]);
  expect(predictionSets(Float32Array.of(0.1, 0.6, 0.7), sure, 3, 0.5).map((set) => [...set])).toEqual([[0], [0, 2]]);
  expect(predictionSets(Float32Array.of(0, 0, 0), sure, 3, 0.8).map((set) => [...set])).toEqual([
    [0, 1, 2],
    [0, 2, 1],
  ]);
  expect([...conformalScores(Float32Array.of(0.75, 0.25, 1, 0, 0.5, 0.5), [1, 0, 0])]).toEqual([0, 0.5, 0.75]);
});

test("a model keeps its scores in its file, and wrong ones are refused", () => {
  const saved = { ...madeModel(), conformal: Float32Array.of(0.1, 0.1, 0.5) };
  expect(decodeCheckpoint(encodeCheckpoint(saved)).conformal).toEqual(saved.conformal);
  expect(decodeCheckpoint(encodeCheckpoint(madeModel())).conformal).toBeUndefined();
  const keep = (conformal: Float32Array) => () => encodeCheckpoint({ ...saved, conformal });
  expect(keep(Float32Array.of(0.5, 0.1))).toThrow("checkpoint: conformal: 0.10000000149011612 at 1; expected increasing scores");
  expect(keep(Float32Array.of(0.5, Number.NaN))).toThrow(
    "checkpoint: conformal: NaN at 1; expected increasing scores from 0 to 1",
  );
  expect(keep(new Float32Array())).toThrow("checkpoint: conformal: ");
});

/** Three classes that overlap. */
function overlapping(samples: number, seed: number): Dataset {
  const rng = random(seed, "overlapping");
  const y = Uint32Array.from({ length: samples }, () => rng.below(3));
  const x = Float32Array.from({ length: 6 * samples }, (_, k) => rng.normal() + (k % 6 === y[Math.floor(k / 6)] ? 1.3 : 0));
  return { name: "overlapping", x, y, samples, features: 6, classes: ["a", "b", "c"] };
}

matrixTest("scores of folds give a network that is trained on all samples sets that hold the true class", async () => {
  const device = createCpuDevice();
  const [set, fresh] = [overlapping(200, 1), overlapping(3000, 2)];
  const trainOn = (data: Dataset) => train({ train: data }, { method: "linear", epochs: 30, seed: 4, device });
  const probabilities = new Float32Array(3 * set.samples);
  for (let fold = 0; fold < 5; fold++) {
    const indices = Array.from({ length: set.samples }, (_, i) => i);
    const held = indices.filter((i) => i % 5 === fold);
    const rest = indices.filter((i) => i % 5 !== fold);
    const model = await trainOn(takeSamples(set, rest));
    const found = await model.predict(takeSamples(set, held).x);
    for (const [k, i] of held.entries()) probabilities.set(found.probabilities.subarray(3 * k, 3 * k + 3), 3 * i);
    await model.dispose();
  }
  const scores = conformalScores(probabilities, set.y);
  const model = await trainOn(set);
  const found = await model.predict(fresh.x);
  for (const level of [0.8, 0.9, 0.95]) {
    const share = covered(predictionSets(scores, found.probabilities, 3, level), fresh.y);
    // 3 standard deviations of the share of one calibration with 200 scores
    expect(share).toBeGreaterThan(level - 3 * Math.sqrt((level * (1 - level)) / 200));
    expect(share).toBeLessThan(Math.min(1, level + 3 * Math.sqrt((level * (1 - level)) / 200)));
  }
  await model.dispose();
});
