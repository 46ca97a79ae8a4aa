import { expect, test } from "vitest";
import type { Run } from "../../demo/page/state.js";
import { chosenRivals, rivals, settings } from "../../demo/page/state.js";
import { winnerText } from "../../demo/page/winner.js";
import { DEFAULTS } from "../../demo/settings.js";

type Entry = readonly [method: string, value: number, connections: number];

/** The sentence on runs that have ended: what is told of their test part is its metric's value. */
function said(task: "classification" | "regression", ...entries: Entry[]): string {
  const field = task === "classification" ? "testAccuracy" : "testRmse";
  const shown = entries.map(([method, value, nnz]) => ({
    settings: { ...DEFAULTS, method, epochs: 1 },
    inputs: { task },
    start: { testSamples: 100 },
    epochs: [{ record: { epoch: 1, nnz, [field]: value } }],
  }));
  return winnerText(shown as unknown as readonly Run[]).replaceAll("\u00a0", " ");
}

test("the winner of a race of two or three is told in a sentence, and what the first run has of the connections", () => {
  expect(said("classification", ["npset", 0.9, 100])).toBe("");
  expect(said("classification", ["npset", 0.9, 100], ["dense", 0.92, 1000])).toBe(
    "Dense has 2 of 100 test samples more right than npset; npset has 10 % of the connections of dense. ",
  );
  expect(said("classification", ["npset", 0.95, 100], ["dense", 0.92, 1000], ["linear", 0.8, 200])).toBe(
    "Npset has 3 of 100 test samples more right than dense and 15 more than linear; npset has 10 % of the connections of dense and 50 % of those of linear. ",
  );
  expect(said("classification", ["npset", 0.92, 100], ["linear", 0.8, 200], ["dense", 0.92, 1000])).toMatch(
    /^Npset and dense have as many of 100 test samples right, 12 more than linear; /,
  );
  expect(said("classification", ["npset", 0.9, 100], ["dense", 0.9, 1000])).toMatch(
    /^Npset and dense have as many of 100 test samples right; /,
  );
});

test("of numbers the values stand beside each other", () => {
  expect(said("regression", ["npset", 0.4, 100], ["linear", 0.5, 10])).toMatch(
    /^Npset has the better test RMSE, 0\.4, and linear has 0\.5; /,
  );
  expect(said("regression", ["npset", 0.4, 100], ["linear", 0.5, 10], ["dense", 0.3, 500])).toMatch(
    /^Dense has the best test RMSE, 0\.3, and npset has 0\.4 and linear has 0\.5; /,
  );
});

test("a method races against those chosen that are others, or against the dense network, or as that against npset", () => {
  expect(rivals.value).toEqual(["dense"]);
  chosenRivals.value = ["set", "linear"];
  expect(rivals.value).toEqual(["set", "linear"]);
  settings.value = { ...DEFAULTS, method: "set" };
  expect(rivals.value).toEqual(["linear"]);
  settings.value = { ...DEFAULTS, method: "dense" };
  chosenRivals.value = ["dense"];
  expect(rivals.value).toEqual(["npset"]);
  [settings.value, chosenRivals.value] = [DEFAULTS, []];
});
