import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { figure } from "../../src/report/charts/index.js";
import { testCharts } from "../../src/report/test-charts.js";
import { type ReconstructionAnswers, reconstruct } from "../../src/tasks/reconstruct.js";

test("samples above the median risk and the others have a curve each, with the log-rank p", () => {
  const values = Float32Array.of(2, 1, 3, 0);
  const targets = [1, 1, 4, 1, 2, 1, 5, 0];
  const [chart, ...others] = testCharts({ answers: { values }, targets }, ["risk"]);
  expect(others).toEqual([]);
  expect(chart.title).toMatch(/^Without the event, by predicted risk above the median or not \(log-rank p = 0\.0\d+\)$/);
  expect(chart.legend.map(({ name }) => name)).toEqual(["lower risk, 2 samples", "higher risk, 2 samples"]);
  const { document } = parseHTML(`<html><body>${figure(chart).text}</body></html>`);
  expect(document.querySelectorAll('[aria-label="line"] path').length).toBe(2);
  expect(testCharts({ answers: { values: new Float32Array(4) }, targets }, ["risk"])).toEqual([]);
});

test("an autoencoder's values are drawn as rebuilt over true, some of many, each feature in its turn", () => {
  const [samples, features] = [700, 6];
  const outputs = Array.from({ length: features }, (_, j) => `f${j}`);
  const collected = reconstruct.answers?.(outputs, samples);
  const truthOf = (i: number) => Float32Array.from({ length: features }, (_, j) => 10 * i + j);
  for (let start = 0; start < samples; start += 100) {
    const z = Float32Array.from({ length: features * 100 }, (_, k) => 10 * (start + (k % 100)) + Math.floor(k / 100) + 0.5);
    collected?.see({ z, outputs: features, stride: 100, count: 100, input: (b) => truthOf(start + b) }, start);
  }
  const answers = collected?.result() as ReconstructionAnswers;
  const { truth, found } = answers.rebuilt;
  expect(truth.length).toBeGreaterThan(800);
  expect(truth.length).toBeLessThanOrEqual(2000);
  expect(new Set(Array.from(truth, (value) => value % 10)).size).toBe(features);
  expect(new Set(truth).size).toBe(truth.length);
  expect(Array.from(found, (value, k) => value - truth[k]).every((e) => e === 0.5)).toBe(true);
  const [chart, histogram] = testCharts({ answers, targets: [], explained: 0.5 }, outputs);
  expect(chart.title).toBe("Rebuilt against true values");
  expect(chart.legend[0].name).toBe("a value of a sample");
  expect(histogram.title).toMatch(/^How far samples are/);
  const { document } = parseHTML(`<html><body>${figure(chart).text}</body></html>`);
  expect(document.querySelectorAll("circle").length).toBe(truth.length);
});

test("errors of an autoencoder are a histogram whose bars hold all samples", () => {
  const error = Float32Array.from({ length: 200 }, (_, i) => 0.5 + ((i * i) % 97) / 100);
  const [chart] = testCharts({ answers: { error }, targets: [0] }, ["a"]);
  const { document } = parseHTML(`<html><body>${figure(chart).text}</body></html>`);
  const titles = [...document.querySelectorAll("rect title")].map((node) => node.textContent ?? "");
  expect(titles.length).toBe(40);
  expect(titles.reduce((sum, title) => sum + Number(/(\d+) samples$/.exec(title)?.[1]), 0)).toBe(200);
});
