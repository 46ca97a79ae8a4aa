import { describe, expect, it } from "vitest";
import { drawLines, lineChart } from "../../src/cli/report/charts.js";
import { drawIntervals } from "../../src/cli/report/interval-chart.js";
import { svgFile } from "../../src/cli/report/svg-file.js";

const chart = {
  title: "Accuracy <a>",
  x: [1, 2, 3],
  xLabel: "epoch",
  format: String,
  series: [
    { name: "test", tone: 2, values: [0, 5, 10], band: { low: [0, 4, 8], high: [1, 6, 10] } },
    { name: "training", tone: 1, values: [1, null, 10], dashed: true },
  ],
};

const numbers = (path: string) => [...path.matchAll(/-?\d+(?:\.\d+)?/g)].map(([text]) => Number(text));

describe("a line chart", () => {
  const page = lineChart(chart).text;

  it("shades a band from its high edge back along its low one", () => {
    const found = page.match(/<path class="band t2" d="(M[^"]*Z)"/);
    const points = numbers(found?.[1] ?? "");
    const [xs, ys] = [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)];
    expect(xs).toEqual([xs[0], xs[1], xs[2], xs[2], xs[1], xs[0]]);
    expect(xs[1] - xs[0]).toBeCloseTo(xs[2] - xs[1], 6);
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const values = ys.map((y) => (10 * (bottom - y)) / (bottom - top)); // the axis runs from 0 to 10
    [1, 6, 10, 8, 4, 0].forEach((value, i) => {
      expect(values[i]).toBeCloseTo(value, 6);
    });
  });

  it("names every line in its legend, dashed ones so", () => {
    expect(page).toContain('<i class="b2"></i>test');
    expect(page).toContain('<i class="b1 dashed"></i>training');
    expect(page).toContain("<figcaption>Accuracy &lt;a&gt;</figcaption>");
  });

  it("takes few places of an axis of equal factors for its ticks", () => {
    const widths = [250, 500, 1000, 2000, 4000];
    const series = [{ name: "parameters", tone: 1, values: widths }];
    const log = lineChart({ ...chart, x: widths, series, log: { x: true, y: true }, noDots: true }).text;
    const ticks = [...log.matchAll(/<text class="x" x="[\d.]+" y="[\d.]+">(\d+)<\/text>/g)].map(([, text]) => Number(text));
    expect(ticks).toEqual(widths);
    expect(log).not.toContain("<circle");
  });

  it("is nothing without a value", () => {
    expect(drawLines({ ...chart, series: [{ name: "none", tone: 1, values: [null, null, null] }] })).toBeNull();
  });
});

it("an interval chart places values, ends and lines on one scale", () => {
  const drawing = drawIntervals({
    ...{ title: "Differences", xLabel: "points", format: String, lines: [0] },
    rows: [
      { name: "a", value: 5, interval: { low: 0, high: 10 }, tone: 1 },
      { name: "b", value: 10, interval: null, tone: 1 },
    ],
  });
  const marks = (drawing?.marks ?? []).map(({ text }) => text).join("");
  const [from, , to] = numbers(marks.match(/<path class="line t1" d="(M[^"]*)"/)?.[1] ?? "");
  const dots = [...marks.matchAll(/<circle class="t1" cx="([\d.]+)"/g)].map(([, cx]) => Number(cx));
  const [rule] = numbers(marks.match(/<path class="rule" d="(M[^"]*)"/)?.[1] ?? "");
  expect(rule).toBe(from);
  expect(dots[0]).toBeCloseTo((from + to) / 2, 6);
  expect(dots[1]).toBe(to);
  expect(marks.match(/class="line/g)?.length).toBe(1); // b has no interval
});

it("a chart's file holds its style, title and legend, and leaves lines unfilled", () => {
  const drawing = drawLines(chart);
  const svg = drawing ? svgFile(drawing) : "";
  expect(svg).toContain("<title>Accuracy &lt;a&gt;</title>");
  expect(svg).toMatch(/>test<\/text>[\s\S]*>training<\/text>/);
  const line = svg.indexOf("path.line { fill: none"); // an element and a class go before a class
  expect(line).toBeGreaterThan(0);
  expect(svg).toContain(".t1 { fill: #2458c5; }");
});
