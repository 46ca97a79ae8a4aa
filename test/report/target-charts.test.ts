import { parseHTML } from "linkedom";
import { expect, test } from "vitest";
import { figure } from "../../src/report/charts/index.js";
import { targetCharts } from "../../src/report/target-charts.js";
import { testCharts } from "../../src/report/test-charts.js";

/** The dots of a chart as [true, predicted], read off the ends of its axes, which are those of all values. */
function dots(chart: ReturnType<typeof targetCharts>[number]): number[][] {
  const { document } = parseHTML(`<html><body>${figure(chart).text}</body></html>`);
  const scale = (axis: "x" | "y") => {
    const ticks = [...document.querySelectorAll(`[aria-label="${axis}-axis tick label"] text`)].map((node) => {
      const [, x, y] = /translate\(([-\d.]+),([-\d.]+)\)/.exec(node.getAttribute("transform") ?? "") ?? [];
      return { at: Number(axis === "x" ? x : y), value: Number(node.textContent) };
    });
    const [a, b] = [ticks[0], ticks[ticks.length - 1]];
    return (at: number) => a.value + ((at - a.at) / (b.at - a.at)) * (b.value - a.value);
  };
  const [x, y] = [scale("x"), scale("y")];
  return [...document.querySelectorAll('[aria-label="dot"] circle')].map((dot) =>
    [x(Number(dot.getAttribute("cx"))), y(Number(dot.getAttribute("cy")))].map((value) => Number(value.toFixed(1))),
  );
}

test("a chart for each target has a dot for each sample, at what is true and what was predicted", () => {
  const values = Float32Array.of(1, 10, 2, 20, 4, 40);
  const targets = [2, 10, 2, 30, 3, 50];
  const charts = targetCharts(values, targets, [
    { name: "dose", r2: 0.5 },
    { name: "age", r2: -1 },
  ]);
  expect(charts.map(({ title }) => title)).toEqual([
    "Predicted against true: dose (R2 0.5)",
    "Predicted against true: age (R2 -1)",
  ]);
  expect(dots(charts[0])).toEqual([
    [2, 1],
    [2, 2],
    [3, 4],
  ]);
  expect(dots(charts[1])).toEqual([
    [10, 10],
    [30, 20],
    [50, 40],
  ]);
});

test("of quantiles the middle one is drawn, and the outer two as an interval; of many samples some", () => {
  const [chart] = targetCharts(Float32Array.of(0, 1, 5, 1, 3, 4), [2, 2], [{ name: "dose", r2: 0 }]);
  expect(dots(chart)).toEqual([
    [2, 1],
    [2, 3],
  ]);
  expect(chart.legend[0].name).toBe("a sample and its interval");
  const many = Float32Array.from({ length: 2500 }, (_, i) => i);
  const [some] = targetCharts(many, many, [{ name: "dose", r2: 1 }]);
  expect(some.title).toContain("1,250 of 2,500 samples");
});

test("a task without such answers has no charts", () => {
  expect(testCharts({ answers: { values: Float32Array.of(1) }, targets: [1] }, ["risk"])).toEqual([]);
  expect(testCharts({ perTarget: [] }, ["dose"])).toEqual([]);
});
