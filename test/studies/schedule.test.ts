import { expect, test } from "vitest";
import page from "../../bench/studies/schedule/README.md?raw";
import lines from "../../bench/studies/schedule/results.jsonl?raw";
import { decide, tableOf } from "../../bench/studies/schedule/table.js";
import { ARMS, keyOf, type Result, STUDY, UNITS } from "../../bench/studies/schedule/units.js";

// The study of when zeta falls: its units, and what is decided on them.

const results: Result[] = lines
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line));

test("each unit was run once, and the page has what they say", () => {
  expect(UNITS.length).toBe(18 * 3 * Object.keys(ARMS).length);
  expect(results.map(keyOf).sort()).toEqual(UNITS.map(keyOf).sort());
  expect(page).toContain(tableOf(results).join("\n"));
});

test("an arm that is above the default on all 16 sources is shown to be, and those that are as good are not", () => {
  const gained = UNITS.map((unit, i): Result => {
    const gain = unit.arm === "cosine" ? 0.01 + i / 1e5 : 0;
    return { ...unit, validationAccuracy: 0.5 + gain, validationLoss: 1, evolutions: 0, seconds: 0 };
  });
  const [first, second, third] = decide(gained);
  expect([first.outcome, second.outcome, third.outcome]).toEqual(["not shown", "holds", "not shown"]);
  expect(second.sources.length).toBe(STUDY.datasets.length - 2);
  expect(second.test?.p).toBeCloseTo(2 ** -16, 12);
  expect(second.test?.adjusted).toBeCloseTo(3 * 2 ** -16, 12);
});
