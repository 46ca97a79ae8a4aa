import { expect, it } from "vitest";
import { bootstrapScores, scoreClasses } from "../../../src/api/metrics.js";
import { bootstrapInterval } from "../../../src/experiment/statistics/bootstrap.js";
import { random } from "../../../src/util/random.js";

/** Labels and probabilities of `samples` of two classes, of which every `rare`-th is of the first. */
function predicted(samples: number, rare: number) {
  const labels = Array.from({ length: samples }, (_, i) => Number(i % rare > 0));
  const p = labels.map((label, i) => 1 / (1 + Math.exp(-(1.5 * label - 0.7 + 1.3 * Math.sin(7 * i * i)))));
  return { labels, probabilities: Float64Array.from(p.flatMap((own) => [1 - own, own])) };
}

it("intervals of scores hold the score, and that of accuracy is the one of the binomial distribution", () => {
  const { labels, probabilities } = predicted(100, 3);
  const scores = scoreClasses(probabilities, labels, 2);
  const intervals = bootstrapScores(probabilities, labels, 2, { resamples: 400 });
  for (const name of ["accuracy", "balancedAccuracy", "mcc", "rocAuc", "logLoss"] as const) {
    const { mean, low, high } = intervals[name] ?? expect.fail(name);
    expect(mean).toBe(scores[name]);
    expect([low < mean, mean < high, high - low < 0.6]).toEqual([true, true, true]);
  }
  const spread = Math.sqrt((scores.accuracy * (1 - scores.accuracy)) / 100);
  expect(intervals.accuracy?.error).toBeGreaterThan(0.85 * spread);
  expect(intervals.accuracy?.error).toBeLessThan(1.15 * spread);
  const right = labels.map((label, i) => Number(label === Number(probabilities[2 * i + 1] > 0.5)));
  const table = bootstrapInterval([right, right], { resamples: 400 }); // two seeds that agree: samples alone vary
  expect(intervals.accuracy?.low).toBeCloseTo(table.low, 1);
  expect(intervals.accuracy?.high).toBeCloseTo(table.high, 1);
});

it("the same seed gives the same intervals, and a score that is not always defined has none", () => {
  const { labels, probabilities } = predicted(20, 10);
  const of = (seed: number) => bootstrapScores(probabilities, labels, 2, { resamples: 100, seed });
  expect(of(3)).toEqual(of(3));
  expect(of(3)).not.toEqual(of(4));
  expect(of(1)).toMatchObject({ rocAuc: null, mcc: null, accuracy: { level: 0.95 } }); // some resamples have none of two cases
});

it("PR AUC of two classes is of one class in all resamples, and a mean over classes is not told where one is missing in some", () => {
  const labels = Array.from({ length: 100 }, (_, i) => i % 2);
  const p = labels.map((label, i) => (label === 1 && i % 6 === 1 ? 0.75 : 0.3) + 0.002 * ((37 * i) % 100)); // a third is found for sure
  const all = Float64Array.from(p.flatMap((own) => [1 - own, own]));
  const { prAuc } = bootstrapScores(all, labels, 2, { resamples: 400 });
  const rng = random(1, "bootstrap");
  const seconds = Array.from({ length: 400 }, () => {
    const drawn = new Uint32Array(100);
    rng.fillBelow(100, drawn);
    const rows = Array.from(drawn, (i) => [1 - p[i], p[i]]).flat();
    return scoreClasses(
      Float64Array.from(rows),
      Array.from(drawn, (i) => labels[i]),
      2,
    ).classPrAuc[1] as number;
  }).sort((x, y) => x - y);
  expect([prAuc?.low, prAuc?.high]).toEqual([seconds[9], seconds[390]]);

  const three = Array.from({ length: 60 }, (_, i) => (i < 2 ? 2 : i % 2)); // some resamples have none of the third class
  const rows = three.flatMap((c) => [0.1, 0.1, 0.1].map((rest, k) => (k === c ? 0.8 : rest)));
  const found = bootstrapScores(Float64Array.from(rows), three, 3, { resamples: 200 });
  for (const name of ["balancedAccuracy", "macroPrecision", "macroF1", "rocAuc", "prAuc"]) expect(found[name], name).toBeNull();
  expect([found.accuracy?.mean, found.weightedF1?.mean]).toEqual([1, 1]);
});
