import { expect, test } from "vitest";
import { partsOf, resultOf, SETS, svmRight, tableOf } from "../../bench/select.js";
import guide from "../../docs/guide/features.md?raw";
import { takeSamples } from "../../src/api/data.js";

// Features that are selected, by what scikit-learn's SVC says of them, beside NeuroFS's and QuickSelection's tables. Needs python3-sklearn.

const folder = process.env.COPPICE_DATA;

test("the guide has a row for each published set, with what was measured", () => {
  expect(guide).toContain(tableOf().join("\n"));
  for (const name of Object.keys(SETS)) expect(tableOf().filter((row) => row.startsWith(`| ${name} |`))).toHaveLength(1);
});

test("what is said of a test sample does not hang on the others: scaling is fitted to the training part", async () => {
  const { train, test: all } = await partsOf("Prostate_GE", folder);
  const columns = { few: [7, 400, 2000, 5000], all: null };
  const whole = svmRight({ train, test: all }, columns);
  const one = svmRight({ train, test: takeSamples(all, [3]) }, columns);
  const far = { ...all, x: (all.x as Float32Array).map((value, k) => (k < 3 * all.features ? 1e3 * value : value)) };
  const beside = svmRight({ train, test: far }, columns);
  for (const name of ["few", "all"] as const) {
    expect(one[name]).toEqual([whole[name][3]]);
    expect(beside[name].slice(3)).toEqual(whole[name].slice(3));
  }
});

test("50 of 617 features of spoken letters, by a fifth of the epochs, are worth far more than drawn ones", async () => {
  const { accuracy } = await resultOf("Isolet", { folder, epochs: 20 });
  console.log(accuracy, SETS.Isolet);
  expect(accuracy.selected).toBeGreaterThan(accuracy.drawn + 5);
  expect(accuracy.selected).toBeGreaterThan(Number(SETS.Isolet.quickSelection) - 10);
});
