import { expect, test } from "vitest";
import { LOSSES } from "../../src/losses/index.js";
import { METRICS } from "../../src/metrics/index.js";
import { constantLabels } from "../../src/tasks/constant-labels.js";
import { reportLabels } from "../../src/tasks/label-report.js";
import fixture from "../fixtures/labels.json" with { type: "json" };

// The loss of labels against PyTorch's, metrics against scikit-learn's: test/fixtures/make-labels.py.

test("the loss and its gradient are PyTorch's, of outputs however large", () => {
  for (const { truth, found, loss, gradient } of fixture.losses) {
    const [samples, outputs] = [truth.length, truth[0].length];
    const z = Float64Array.from({ length: outputs * samples }, (_, k) => found[k % samples][Math.floor(k / samples)]);
    const delta = new Float64Array(z.length);
    const wanted = (t: number, b: number) => truth[b][t];
    const batch = { z, delta, outputs, stride: samples, count: samples, width: outputs, wanted, largest: 0 };
    const each = truth.map((_, b) => Number(LOSSES.sigmoidCrossEntropy.sample?.(batch, b)));
    expect(each.reduce((a, b) => a + b) / samples).toBeCloseTo(loss, 12);
    expect([...delta]).toEqual(Array.from(z, (_, k) => expect.closeTo(gradient[k % samples][Math.floor(k / samples)], 12)));
  }
});

test("metrics and the table of the labels are scikit-learn's", () => {
  for (const { truth, found, perLabel, ...expected } of fixture.metrics) {
    const [samples, outputs] = [truth.length, truth[0].length];
    const outcome = { z: Float32Array.from(found.flat()), targets: truth.flat(), samples, outputs };
    for (const [name, value] of Object.entries(expected))
      expect(METRICS[name as keyof typeof expected].over?.(outcome)).toBeCloseTo(value, 12);
    const names = truth[0].map((_, c) => `l${c}`);
    const report = reportLabels(names, outcome);
    for (const key of ["precision", "recall", "f1", "support"] as const)
      expect(report.perLabel.map((label) => label[key] ?? 0)).toEqual(perLabel[key].map((value) => expect.closeTo(value, 12)));
  }
});

test("metrics are refused of what are no labels, and NaN where training diverged", () => {
  const { microF1 } = METRICS;
  const of = { samples: 2, outputs: 2 };
  expect(microF1.unfit?.([0, 1, 2, 0], of)).toBe("is of labels, 0 or 1, which these targets are not");
  expect(microF1.unfit?.([0, 1], of)).toMatch(/^is of labels/);
  expect(microF1.unfit?.([0, 0, 0, 0], of)).toBe("is not defined, as no sample has a label");
  expect(microF1.unfit?.([0, 1, 0, 0], of)).toBeUndefined();
  expect(microF1.over?.({ ...of, z: Float32Array.of(Number.NaN, 1, 1, 1), targets: [0, 1, 1, 1] })).toBeNaN();
});

test("the floor gives every sample the labels that are best in training", () => {
  const set = (rows: number[][]) => ({ targets: Float64Array.from(rows.flat()), samples: rows.length }) as never;
  const train = set([
    [1, 0, 0],
    [1, 1, 0],
    [1, 0, 0],
    [0, 1, 1],
  ]); // a alone: 6 / (4 + 6); a and b: 10 / (8 + 6)
  expect(
    constantLabels(
      train,
      set([
        [1, 1, 0],
        [0, 0, 1],
      ]),
    ),
  ).toBeCloseTo((2 * 2) / (2 * 2 + 3), 12);
});
