import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BASELINES } from "../../src/fit/baselines/index.js";
import { concordance } from "../../src/metrics/concordance.js";
import { OF_CLASSES } from "../../src/metrics/of-classes.js";
import { TASKS } from "../../src/tasks/index.js";
import { leastWeights } from "../../src/tasks/judging/blend-weights.js";
import { judgeClasses } from "../../src/tasks/judging/classes.js";
import { costOf, type Heard, judgedBy, mixed } from "../../src/tasks/judging/judging.js";
import { judgeLabels } from "../../src/tasks/judging/labels.js";
import { judgeNumbers } from "../../src/tasks/judging/numbers.js";
import { judgeRisks } from "../../src/tasks/judging/risks.js";
import { random } from "../../src/util/random.js";

// How fit judges models of each task, against sums that are written out here.

const fold = (said: number[], targets: number[], outputs: number): Heard => ({ said, targets, outputs });

test("every baseline that a task names is there", () => {
  const tasks = Object.values(TASKS);
  for (const { judging } of tasks) for (const name of judging?.baselines ?? []) expect(BASELINES[name].name).toBe(name);
  expect(tasks.filter(({ judging }) => !judging).map(({ name }) => name)).toEqual(["reconstruct"]);
});

describe("numbers", () => {
  test("are judged by errors in deviations: means reach 1, whatever the units, over all folds together", () => {
    const targets = [1, 1000, 3, 1400, 8, 1200];
    const means = [4, 1200, 4, 1200, 4, 1200];
    const { score, beside } = judgeNumbers;
    const halves = (said: number[]) => [fold(said.slice(0, 4), targets.slice(0, 4), 2), fold(said.slice(4), targets.slice(4), 2)];
    expect(score.of(halves(means))).toBeCloseTo(1, 12);
    expect(score.of(halves(targets))).toBe(0);
    const near = targets.map((value, k) => (value + means[k]) / 2);
    expect(score.of(halves(near))).toBeCloseTo(0.5, 12);
    const wanted = Math.sqrt(near.reduce((sum, value, k) => sum + (value - targets[k]) ** 2, 0) / 6);
    expect(beside.of(halves(near))).toBeCloseTo(wanted, 9);
  });

  test("are weighed by least squares, pulled towards even weights", () => {
    const rng = random(1, "weigh");
    const truth = Array.from({ length: 2000 }, () => rng.normal());
    const off = (by: number) => [
      fold(
        truth.map((value) => value + by * rng.normal()),
        truth,
        1,
      ),
    ];
    const models = [off(0.5), off(1)];
    const [w] = judgeNumbers.weigh(models);
    const [a, b] = models.map(([{ said }]) => Array.from(said));
    const d = a.map((value, i) => value - b[i]); // least squares of t - b on a - b
    const exact =
      d.reduce((sum, value, i) => sum + value * (truth[i] - b[i]), 0) / d.reduce((sum, value) => sum + value * value, 0);
    expect(Math.abs(w - exact)).toBeLessThan(0.015);
    const few = models.map(([one]) => [fold(Array.from(one.said).slice(0, 3), truth.slice(0, 3), 1)]);
    expect(Math.abs(judgeNumbers.weigh(few)[0] - 0.5)).toBeLessThan(0.25);
  });
});

describe("labels", () => {
  const said = [0.9, 0.2, 0.6, 0.7];
  const targets = [1, 0, 0, 1];

  test("are judged by the mean cross-entropy of labels, and their F1", () => {
    const wanted = -[0.9, 0.8, 0.4, 0.7].reduce((sum, p) => sum + Math.log(p), 0) / 4;
    expect(
      judgeLabels.score.of([fold(said.slice(0, 2), targets.slice(0, 2), 2), fold(said.slice(2), targets.slice(2), 2)]),
    ).toBeCloseTo(wanted, 12);
    expect(judgeLabels.beside.of([fold(said, targets, 2)])).toBeCloseTo(4 / 5, 12); // two found, three taken, two there
    const { microF1, crossEntropy } = judgeLabels.measure(Float64Array.from(said), targets, 2);
    expect([microF1, crossEntropy]).toEqual([expect.closeTo(0.8, 12), expect.closeTo(wanted, 12)]);
    expect(judgeLabels.measure(Float64Array.of(0, 1), [0, 0], 2)).toMatchObject({
      microF1: null,
      crossEntropy: expect.any(Number),
    });
  });

  test("are heard as probabilities, which come back as outputs", () => {
    const z = Float32Array.of(-30, -1, 0, 2);
    const heard = judgeLabels.hear({ z, targets, samples: 2, outputs: 2 });
    expect(Array.from(judgeLabels.pooled(Float64Array.from(heard)))).toEqual(Array.from(z, (value) => expect.closeTo(value, 5)));
  });
});

describe("risks", () => {
  /** The negative logarithm of Cox's partial likelihood of one set, by its definition. */
  const likelihood = (risks: ArrayLike<number>, targets: ArrayLike<number>) => {
    let sum = 0;
    for (let i = 0; i < risks.length; i++) {
      if (targets[2 * i + 1] !== 1) continue;
      let at = 0;
      for (let j = 0; j < risks.length; j++) if (targets[2 * j] >= targets[2 * i]) at += Math.exp(risks[j]);
      sum += Math.log(at) - risks[i];
    }
    return sum;
  };
  const draw = (seed: number, samples: number) => {
    const rng = random(seed, "risks");
    const targets = Array.from({ length: samples }, () => [1 + Math.floor(6 * rng.float()), Number(rng.float() < 0.7)]).flat();
    const said = () => Array.from({ length: samples }, () => rng.normal());
    return { targets, said };
  };

  test("are judged by each fold's partial likelihood as one set, per event: a constant of one fold changes nothing", () => {
    const [one, two] = [draw(1, 9), draw(2, 7)];
    const folds = [fold(one.said(), one.targets, 1), fold(two.said(), two.targets, 1)];
    const events = [...one.targets, ...two.targets].filter((_, k) => k % 2).reduce((a, b) => a + b, 0);
    const wanted = folds.reduce((sum, { said, targets }) => sum + likelihood(said, targets), 0) / events;
    expect(judgeRisks.score.of(folds)).toBeCloseTo(wanted, 5);
    const moved = [folds[0], { ...folds[1], said: Array.from(folds[1].said, (risk) => risk + 2) }];
    expect(judgeRisks.score.of(moved)).toBeCloseTo(wanted, 5);
    expect(judgeRisks.beside.of(moved)).toBeCloseTo(judgeRisks.beside.of(folds), 6);
  });

  test("a fold of which nothing can be compared counts for nothing", () => {
    const one = draw(1, 9);
    const known = fold(one.said(), one.targets, 1);
    const none = fold([1, 2], [3, 0, 4, 0], 1);
    expect(judgeRisks.beside.of([known, none])).toBe(judgeRisks.beside.of([known]));
    expect(judgeRisks.beside.of([none])).toBe(0.5);
    expect(judgeRisks.measure(Float64Array.from(none.said), none.targets, 1)).toEqual({
      concordance: null,
      partialLikelihood: null,
    });
  });

  test("models are weighed in deviations: log risks that lie ten times farther apart do not take all", () => {
    const { targets, said } = draw(3, 60);
    const risks = said();
    const wide = [
      fold(
        risks.map((risk) => 10 * risk),
        targets,
        1,
      ),
    ];
    const other = [fold(said(), targets, 1)];
    const [a, b] = judgeRisks.weigh([wide, other]);
    expect(a + b).toBeCloseTo(1, 12);
    expect((10 * a) / b).toBeGreaterThan(0.2); // shares of deviations, as nothing is learnt here, are near even
    expect((10 * a) / b).toBeLessThan(5);
    expect(
      judgeRisks.weigh([
        [
          fold(
            risks.map(() => 0),
            targets,
            1,
          ),
        ],
        other,
      ]),
    ).toEqual([0.5, 0.5]);
  });
});

test("weights of two models are the least of all hundredths", () => {
  fc.assert(
    fc.property(fc.double({ min: -2, max: 3, noNaN: true }), fc.double({ min: 0, max: 500, noNaN: true }), (best, steep) => {
      const cost = ([w]: readonly number[]) => steep * (w - best) ** 2;
      const whole = (w: number) => cost([w, 1 - w]) - 5 * (Math.log(w) + Math.log(1 - w));
      const [w, rest] = leastWeights(cost);
      expect(w + rest).toBeCloseTo(1, 12);
      for (let other = 0.01; other < 0.995; other += 0.01) expect(whole(w)).toBeLessThanOrEqual(whole(other) + 1e-9);
    }),
    { numRuns: 20 },
  );
});

test("what models say together is the mean by their weights", () => {
  const models = [[fold([1, 2], [0, 0], 1)], [fold([3, 6], [0, 0], 1)]];
  expect(mixed(models, [0.25, 0.75]).map(({ said }) => Array.from(said))).toEqual([[2.5, 5]]);
});

describe("a search that goes by a metric", () => {
  test("of classes keeps all probabilities, and gives its value over all folds together", () => {
    const judging = judgedBy(judgeClasses, OF_CLASSES.balancedAccuracy);
    const z = Float32Array.of(2, 0, 0, 0, 3, 0, 1, 0, 0);
    const heard = judging.hear({ z, targets: [0, 1, 1], samples: 3, outputs: 3 });
    const folds = [fold(heard.slice(0, 6), [0, 1], 3), fold(heard.slice(6), [1], 3)];
    expect(judging.score.of(folds)).toBeCloseTo(0.75, 12); // one of one, one of two
    const sums = [Math.exp(2) + 2, Math.exp(3) + 2, Math.E + 2];
    const truth = [Math.exp(2) / sums[0], Math.exp(3) / sums[1], 1 / sums[2]];
    expect(judging.beside.of(folds)).toBeCloseTo(-truth.reduce((sum, p) => sum + Math.log(p), 0) / 3, 6);
    expect(Array.from(judging.truth?.(folds) ?? [])).toEqual(truth.map((p) => expect.closeTo(p, 6)));
    expect(costOf(judging.score, 0.75)).toBeLessThan(costOf(judging.score, 0.5));
  });

  test("of risks is the mean over the folds where it has a value, and where it has none costs most", () => {
    const judging = judgedBy(judgeRisks, concordance);
    const known = fold([3, 2, 1], [1, 1, 2, 1, 3, 0], 1);
    const none = fold([1, 2], [3, 0, 4, 0], 1);
    expect(judging.score.of([known, none])).toBe(1);
    expect(costOf(judging.score, judging.score.of([none]))).toBe(Infinity);
  });
});
