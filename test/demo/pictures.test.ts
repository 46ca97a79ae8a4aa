import { expect, test } from "vitest";
import { drawInputPicture } from "../../demo/page/input-picture.js";
import type { JudgedSummary } from "../../demo/page/intervals.js";
import { drawStrip } from "../../demo/page/strip.js";
import { drawRates } from "../../demo/page/throughput-file.js";

const attribute = (text: string, element: string, name: string) =>
  [...text.matchAll(new RegExp(`<${element}[^>]* ${name}="([^"]*)"`, "g"))].map(([, value]) => Number(value));

const summary = (measures: readonly number[]): JudgedSummary =>
  ({
    runs: measures.map((measure) => ({ measure })),
    interval: measures.length > 1 ? { mean: 0.5, low: 0.25, high: 0.75 } : null,
  }) as unknown as JudgedSummary;

test("a strip has a dot for every split at its value, equal ones beside each other", () => {
  const strip = drawStrip("t", summary([0.5, 0.5, 1]), summary([0.2]), 0.1, "classification");
  const [x, y] = ["cx", "cy"].map((name) => attribute(strip.content.text, "circle", name));
  expect(x.length).toBe(4);
  expect(x[0]).toBe(x[1]);
  expect(y[0]).not.toBe(y[1]);
  expect((x[2] - x[0]) / (x[2] - x[3])).toBeCloseTo((1 - 0.5) / (1 - 0.2), 2); // one scale
  expect(strip.content.text).toContain("without inputs (majority)");
  expect(strip.description).toMatch(/^true labels: 50\.0\s%, 50\.0\s%, 100\.0\s%; shuffled: 20\.0\s%\.$/);
});

test("bars of rates stand on a log axis: ten times as fast is as much longer each time", () => {
  const sides = [10, 100, 1000].map((rate) => ({ title: `at ${rate}`, tone: 1, rates: [rate] }));
  const x = attribute(drawRates("t", sides, [1, 1e5]).content.text, "circle", "cx");
  expect(x[1] - x[0]).toBeCloseTo(x[2] - x[1], 1);
});

test("a picture of inputs colours what is above 0 in its place", () => {
  const { content } = drawInputPicture(new Float32Array([0, 1, 2, 0, 0, 2]), [2, 3], "t");
  expect([...content.text.matchAll(/ d="([^"]*)"/g)].map(([, d]) => d).sort()).toEqual([
    "M1 0h1v1h-1z",
    "M2 0h1v1h-1zM2 1h1v1h-1z",
  ]);
});
