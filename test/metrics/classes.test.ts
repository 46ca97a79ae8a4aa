import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationBins, calibrationError, prAuc, rocAuc, scoreClasses, thresholdsOf } from "../../src/api/metrics.js";
import cases from "../fixtures/metrics.json" with { type: "json" };
import { numRuns } from "../matrix.js";

/** Numbers to 12 digits. */
const near = (value: unknown): unknown => {
  if (typeof value === "number") return expect.closeTo(value, 12);
  return Array.isArray(value) ? value.map(near) : value;
};

describe("metrics of classes", () => {
  it.each(cases)("are those of scikit-learn: $name", ({ labels, classes, probabilities, scores, curves }) => {
    const p = Float64Array.from(probabilities);
    const found = scoreClasses(p, labels, classes);
    expect(found).toMatchObject(Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, near(value)])));
    for (const { class: c, tpr, fpr, thresholds } of curves) {
      const { threshold, positives, negatives } = thresholdsOf(p, labels, classes, c);
      expect([...threshold]).toEqual(near(thresholds));
      expect(Array.from(positives, (count) => count / positives[positives.length - 1])).toEqual(near(tpr));
      expect(Array.from(negatives, (count) => count / negatives[negatives.length - 1])).toEqual(near(fpr));
    }
  });

  it("leave out what is not defined, and say so by null", () => {
    const p = Float64Array.of(0.7, 0.2, 0.1, 0.6, 0.3, 0.1, 0.1, 0.8, 0.1);
    const found = scoreClasses(p, [0, 0, 1], 3);
    expect(found).toMatchObject({ recall: [1, 1, null], precision: [1, 1, null], f1: [1, 1, null], classRocAuc: [1, 1, null] });
    expect(found).toMatchObject({ macroF1: 1, balancedAccuracy: 1, rocAuc: 1, classPrAuc: [1, 1, null] });
    expect(scoreClasses(p, [1, 1, 1], 3)).toMatchObject({
      kappa: null,
      mcc: null,
      rocAuc: null,
      prAuc: null,
      recall: [null, 1 / 3, null],
    });
  });
});

/** Labels, and probabilities of few values, so that some are equal. */
const predicted = fc.integer({ min: 2, max: 4 }).chain((classes) => {
  const row = fc.tuple(fc.nat(classes - 1), fc.array(fc.integer({ min: 0, max: 6 }), { minLength: classes, maxLength: classes }));
  return fc.array(row, { minLength: 1, maxLength: 30 }).map((rows) => {
    const shares = rows.map(([, parts]) => parts.map((part) => (part + 1) / parts.reduce((a, b) => a + b + 1, 0)));
    return { classes, labels: rows.map(([label]) => label), rows: shares, p: Float64Array.from(shares.flat()) };
  });
});

describe("metrics by their meaning", () => {
  it("ROC AUC is how often one of the class is above one of the rest, ties a half", () => {
    fc.assert(
      fc.property(predicted, ({ classes, labels, rows, p }) => {
        const expected = Array.from({ length: classes }, (_, c) => {
          const [own, others] = [true, false].map((is) => rows.filter((_, i) => (labels[i] === c) === is).map((row) => row[c]));
          const pairs = own.flatMap((a) => others.map((b) => (a > b ? 1 : a === b ? 0.5 : 0)));
          return pairs.length === 0 ? null : pairs.reduce<number>((a, b) => a + b, 0) / pairs.length;
        });
        expect(scoreClasses(p, labels, classes).classRocAuc).toEqual(near(expected));
      }),
      numRuns(60),
    );
  });

  it("ROC AUC and PR AUC go by ranks alone, and know no order of samples", () => {
    fc.assert(
      fc.property(predicted, ({ classes, labels, rows }) => {
        const flat = (list: readonly number[][]) => Float64Array.from(list.flat());
        const [squared, turned] = [rows.map((row) => row.map((value) => value * value)), rows.toReversed()];
        for (const metric of [rocAuc, prAuc]) {
          const value = near(metric(flat(rows), labels, classes));
          expect(metric(flat(squared), labels, classes)).toEqual(value);
          expect(metric(flat(turned), labels.toReversed(), classes)).toEqual(value);
        }
      }),
      numRuns(60),
    );
  });

  it("calibration is told bin by bin, as a count of every sample says", () => {
    fc.assert(
      fc.property(predicted, fc.integer({ min: 1, max: 20 }), ({ classes, labels, rows, p }, bins) => {
        const sure = rows.map((row) => Math.max(...row));
        const right = rows.map((row, i) => Number(row.indexOf(sure[i]) === labels[i]));
        let error = 0;
        const found = calibrationBins(p, labels, classes, bins);
        for (let k = 0; k < bins; k++) {
          const inside = [...sure.keys()].filter((i) => sure[i] * bins > k && sure[i] * bins <= k + 1);
          const mean = (values: readonly number[]) => inside.reduce((total, i) => total + values[i], 0) / inside.length;
          expect(found[k].samples).toBe(inside.length);
          if (inside.length > 0) error += (inside.length / labels.length) * Math.abs(mean(right) - mean(sure));
        }
        expect(calibrationError(p, labels, classes, bins)).toBeCloseTo(error, 12);
      }),
      numRuns(60),
    );
  });
});

it("rounding takes no measure beyond what it may be: intervals refuse what is", () => {
  for (let n = 2; n < 40; n++) {
    const labels = Array.from({ length: 2 * n }, (_, i) => Number(i >= n));
    const p = Float64Array.from(labels.flatMap((label, i) => [1 - label / 2 - i / (8 * n), label / 2 + i / (8 * n)]));
    expect(scoreClasses(p, labels, 2)).toMatchObject({ rocAuc: 1, classRocAuc: [1, 1], classPrAuc: [1, 1] });
  }
  expect(scoreClasses(Float64Array.of(0, 1 + 5e-7), [1], 2).logLoss).toBe(0);
});
