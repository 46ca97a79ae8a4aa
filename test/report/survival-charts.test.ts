import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { figure } from "../../src/report/charts/index.js";
import { testCharts } from "../../src/report/test-charts.js";

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

test("errors of an autoencoder are a histogram whose bars hold all samples", () => {
  const error = Float32Array.from({ length: 200 }, (_, i) => 0.5 + ((i * i) % 97) / 100);
  const [chart] = testCharts({ answers: { error }, targets: [0] }, ["a"]);
  const { document } = parseHTML(`<html><body>${figure(chart).text}</body></html>`);
  const titles = [...document.querySelectorAll("rect title")].map((node) => node.textContent ?? "");
  expect(titles.length).toBe(40);
  expect(titles.reduce((sum, title) => sum + Number(/(\d+) samples$/.exec(title)?.[1]), 0)).toBe(200);
});
