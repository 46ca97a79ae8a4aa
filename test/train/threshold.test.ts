import { expect, it } from "vitest";
import { decodeCheckpoint, encodeCheckpoint, loadModel, makeDataset, train } from "../../src/api/index.js";
import { takeSamples } from "../../src/data/take-samples.js";
import { createCpuDevice } from "../../src/device/cpu/device.js";
import { blend } from "../../src/io/blend.js";
import { countClasses } from "../../src/metrics/classes/counts.js";
import { scoreCounts } from "../../src/metrics/classes/scores.js";
import { fitThreshold, THRESHOLD_SCORES } from "../../src/metrics/classes/threshold.js";
import { random } from "../../src/util/random.js";
import { expectSameState } from "./same-runs.js";

// A probability above which samples are taken for the second of two classes: chosen on the validation set, kept by the model.

/** Few cases among many controls, which overlap. */
function cases(samples: number, seed: number) {
  const rng = random(seed, "cases");
  const labels = Array.from({ length: samples }, (_, i) => (i % 8 === 0 ? "case" : "control"));
  const x = Float32Array.from({ length: 4 * samples }, (_, k) => rng.normal() + (k % 4 === 0 && k % 32 === 0 ? 1.5 : 0));
  return makeDataset({ name: "cases", x, features: 4, labels: labels.map((label) => (label === "case" ? "sick" : "healthy")) });
}

const device = createCpuDevice({ threads: 1 });
const data = { train: cases(160, 1), validation: cases(80, 2), test: cases(80, 3) };
const options = { method: "dense", hidden: [12], epochs: 4, batch: 16, lr: 0.02, device } as const;

it("is the best of all thresholds, by brute force", () => {
  const rng = random(5, "margins");
  for (const size of [2, 3, 9, 16]) {
    const labels = Array.from({ length: size }, (_, i) => Number(i === 0 || (i > 1 && rng.below(3) === 0)));
    const margins = labels.map((label) => (rng.below(9) - 6 + 2 * label) / 2); // ties
    const cuts = [0, ...margins.flatMap((a) => margins.map((b) => (a + b) / 2))];
    for (const score of THRESHOLD_SCORES) {
      const at = (cut: number) => {
        const taken = margins.map((margin) => Number(margin > cut));
        return scoreCounts(countClasses(labels, taken, 2))[score] ?? Number.NaN;
      };
      const { threshold, before, after } = fitThreshold(margins, labels, score);
      const inner = cuts.filter((cut) => cut === 0 || (margins.some((m) => m > cut) && margins.some((m) => m <= cut)));
      expect([before, after]).toEqual([at(0), expect.closeTo(Math.max(...inner.map(at)), 12)]);
      expect(at(Math.log(threshold / (1 - threshold)))).toBeCloseTo(after, 12);
    }
  }
});

it("finds more of the few, changes no weight and no probability, and stays with the model", async () => {
  const model = await train(data, { ...options, threshold: "balancedAccuracy" });
  const plain = await train(data, options);
  const saved = await model.save();
  expectSameState(saved.network, (await plain.save()).network);
  const { threshold = Number.NaN, before = Number.NaN, after = Number.NaN } = model.chosen ?? {};
  expect(saved.threshold).toBe(threshold);
  expect(threshold).toBeLessThan(0.5);
  expect(after).toBeGreaterThan(before);
  const [own, other] = [await model.evaluate(data.validation), await plain.evaluate(data.validation)];
  expect([own.balancedAccuracy, other.balancedAccuracy]).toEqual([expect.closeTo(after, 12), expect.closeTo(before, 12)]);
  expect([own.rocAuc, own.logLoss, own.loss]).toEqual([other.rocAuc, other.logLoss, other.loss]);
  expect(own.notes[0]).toMatch(/^a sample is taken for sick where the probability of that is above 0\.\d+$/);

  const [answers, raw] = [await model.predict(data.test.x), await plain.predict(data.test.x)];
  expect(answers.probabilities).toEqual(raw.probabilities);
  expect([...answers.labels]).toEqual(Array.from(answers.labels, (_, i) => Number(raw.probabilities[2 * i + 1] > threshold)));
  const read = loadModel(device, decodeCheckpoint(encodeCheckpoint(saved)));
  expect((await read.predict(data.test.x)).labels).toEqual(answers.labels);
  const evaluation = await read.evaluate(data.test);
  const right = answers.labels.reduce((sum, label, i) => sum + Number(label === data.test.y[i]), 0);
  expect(evaluation.accuracy).toBeCloseTo(right / 80, 12);
  expect(() => blend([{ model: saved, weight: 1 }])).toThrow(/^blend: part 0: its threshold holds for one model's own prob/);
  expect(() => encodeCheckpoint({ ...saved, threshold: 1 })).toThrow(/threshold: 1, expected a number between 0 and 1$/);

  const both = await train(data, { ...options, threshold: "mcc", calibrate: true });
  const found = await both.evaluate(data.validation);
  expect(found.mcc).toBeCloseTo(both.chosen?.after as number, 12);
  expect(both.calibration?.temperature).toBeGreaterThan(0);
});

it("is refused without a validation set, of one class there, or of other than two classes", async () => {
  const threshold = "kappa" as const;
  await expect(train({ train: data.train }, { ...options, threshold })).rejects.toThrow(
    /^threshold: it is chosen on a validation set; give one, or leave threshold out$/,
  );
  const three = makeDataset({
    name: "three",
    x: data.train.x,
    features: 4,
    labels: data.train.y.map((y, i) => y + (i % 3 && 1)),
  });
  await expect(train({ train: three, validation: three }, { ...options, threshold })).rejects.toThrow(
    /^threshold: is of two classes, and there are 3; leave it out$/,
  );
  const one = takeSamples(
    data.validation,
    Array.from({ length: 80 }, (_, i) => i).filter((i) => data.validation.y[i] === 0),
  );
  for (const score of THRESHOLD_SCORES)
    await expect(train({ train: data.train, validation: one }, { ...options, threshold: score })).rejects.toThrow(
      /^threshold: is chosen by samples of both classes, and the validation set has one class alone; leave it out, or split/,
    );
  await expect(train(data, { ...options, threshold: "accuracy" as never })).rejects.toThrow(
    /^threshold: "accuracy" is unknown; choose one of/,
  );
});
