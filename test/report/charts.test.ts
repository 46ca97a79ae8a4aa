import { parseHTML } from "linkedom";
import { describe, expect, it } from "vitest";
import {
  type Drawing,
  drawBars,
  drawBoxes,
  drawHistogram,
  drawIntervals,
  drawLines,
  figure,
  heatMap,
  svgFile,
} from "../../src/report/charts/index.js";

const chart = {
  title: "Accuracy <a>",
  x: [1, 2, 3],
  xLabel: "epoch",
  yLabel: "accuracy",
  format: String,
  series: [
    { name: "test", tone: 2, values: [0, 5, 10], band: { low: [0, 4, 8], high: [1, 6, 10] } },
    { name: "training", tone: 1, values: [1, null, 10], dashed: true },
  ],
};

/** The elements of a drawing. Throws where there is none. */
function elements(drawing: Drawing | null): Document {
  if (!drawing) throw new Error("nothing is drawn");
  return parseHTML(`<html><body>${figure(drawing).text}</body></html>`).document;
}

const all = (page: Document, selector: string): Element[] => [...page.querySelectorAll(selector)];
const numbers = (text: string) => [...text.matchAll(/-?\d+(?:\.\d+)?/g)].map(([digits]) => Number(digits));
const texts = (page: Document, label: string) => all(page, `[aria-label="${label}"] text`).map(({ textContent }) => textContent);

describe("a line chart", () => {
  const page = elements(drawLines(chart));

  it("shades a band from its high edge back along its low one, on the scale of the ticks", () => {
    const points = numbers(all(page, '[aria-label="area"] path')[0].getAttribute("d") ?? "");
    const [xs, ys] = [points.filter((_, i) => i % 2 === 0), points.filter((_, i) => i % 2 === 1)];
    expect(xs).toEqual([xs[0], xs[1], xs[2], xs[2], xs[1], xs[0]]);
    expect(xs[1] - xs[0]).toBeCloseTo(xs[2] - xs[1], 1);
    const [top, bottom] = [Math.min(...ys), Math.max(...ys)];
    const values = ys.map((y) => (10 * (bottom - y)) / (bottom - top)); // the edges reach from 0 to 10
    for (const [i, value] of [1, 6, 10, 8, 4, 0].entries()) expect(values[i]).toBeCloseTo(value, 1);
  });

  it("names both axes, and every line in its legend and in words", () => {
    expect(texts(page, "x-axis label")).toEqual(["epoch"]);
    expect(texts(page, "y-axis label")).toEqual(["accuracy"]);
    expect(texts(page, "x-axis tick label").filter(Boolean)).toEqual(["1", "2", "3"]);
    expect(all(page, ".legend span").map(({ textContent }) => textContent)).toEqual(["test", "training"]);
    expect(all(page, ".legend i.dashed.b1")).toHaveLength(1);
    expect(page.querySelector("svg > title")?.textContent).toBe("Accuracy <a>");
    expect(page.querySelector("svg > desc")?.textContent).toBe("accuracy over epoch: test from 0 to 10; training from 1 to 10.");
  });

  it("has a dot with its value where there is one, and dashes where they are asked for", () => {
    expect(all(page, "circle title").map(({ textContent }) => textContent)).toEqual([
      ...["test, epoch 1: 0", "test, epoch 2: 5", "test, epoch 3: 10"],
      ...["training, epoch 1: 1", "training, epoch 3: 10"],
    ]);
    expect(all(page, "[stroke-dasharray]").map((line) => line.getAttribute("stroke"))).toEqual(["var(--t1)"]);
    expect(all(elements(drawLines({ ...chart, noDots: true })), "circle")).toHaveLength(0);
  });

  it("takes few places of an axis of equal factors for its ticks", () => {
    const widths = [250, 500, 1000, 2000, 4000];
    const series = [{ name: "parameters", tone: 1, values: widths }];
    const log = elements(drawLines({ ...chart, x: widths, series, log: { x: true, y: true } }));
    expect(texts(log, "x-axis tick label")).toEqual(widths.map(String));
    const shares = elements(drawLines({ ...chart, x: [0.01, 0.05, 0.2], log: { x: true }, series: chart.series.slice(1) }));
    expect(texts(shares, "x-axis tick label")).toEqual(["0.01", "0.05", "0.2"]);
    const at = all(log, "circle").map((dot) => Number(dot.getAttribute("cx")));
    for (const i of [1, 2, 3]) expect(at[i + 1] - at[i]).toBeCloseTo(at[1] - at[0], 1);
  });

  it("is nothing without a value", () => {
    expect(drawLines({ ...chart, series: [{ name: "none", tone: 1, values: [null, null, null] }] })).toBeNull();
  });
});

it("an interval chart places values, ends and lines on one scale", () => {
  const page = elements(
    drawIntervals({
      title: "Differences",
      xLabel: "points",
      format: String,
      lines: [0],
      rows: [
        { name: "a", value: 5, interval: { low: 0, high: 10 }, tone: 1 },
        { name: "b", value: 10, interval: null, tone: 1 },
      ],
    }),
  );
  const reach = all(page, '[stroke="var(--t1)"] line, line[stroke="var(--t1)"]'); // b has no interval
  expect(reach).toHaveLength(1);
  const [from, to] = ["x1", "x2"].map((name) => Number(reach[0].getAttribute(name)));
  const dots = all(page, "circle").map((dot) => Number(dot.getAttribute("cx")));
  const [rule] = all(page, '[stroke-opacity="0.7"] line').map((line) => Number(line.getAttribute("x1")));
  expect(rule).toBeCloseTo(from, 1);
  expect(dots[0]).toBeCloseTo((from + to) / 2, 1);
  expect(dots[1]).toBeCloseTo(to, 1);
  expect(texts(page, "y-axis tick label")).toEqual(["a", "b"]);
  expect(page.querySelector("svg > desc")?.textContent).toBe("a: 5 (0 to 10); b: 10.");
});

it("bars are as long as their values, and say them", () => {
  const bars = [3, 6].map((value, i) => ({ name: `b${i}`, value, tone: 1 }));
  const page = elements(drawBars({ title: "Steps", xLabel: "ms", bars, format: (value) => `${value} ms` }));
  const [first, second] = all(page, "rect").map((bar) => Number(bar.getAttribute("width")));
  expect(second / first).toBeCloseTo(2, 2);
  expect(page.body.textContent).toContain("6 ms");
  expect(drawBars({ title: "Steps", xLabel: "ms", bars: [], format: String })).toBeNull();
});

it("a histogram counts every value once, in at most 40 bars", () => {
  const of = (values: number[]) =>
    elements(drawHistogram({ title: "Degrees", values, xLabel: "connections", yLabel: "neurons", tone: 1 }));
  const titles = (page: Document) => all(page, "rect title").map(({ textContent }) => textContent ?? "");
  expect(titles(of([3, 3, 5]))).toEqual(["connections 3: 2 neurons", "connections 4: 0 neurons", "connections 5: 1 neurons"]);
  const many = titles(of(Array.from({ length: 100 }, (_, i) => i)));
  expect(many.length).toBeLessThanOrEqual(40);
  expect(many[0]).toBe("connections 0 to 2: 3 neurons");
  expect(many.reduce((sum, text) => sum + Number(/: (\d+) /.exec(text)?.[1]), 0)).toBe(100);
  const ticks = (values: number[]) =>
    all(of(values), '[aria-label="x-axis tick label"] text').map(({ textContent }) => textContent);
  for (const values of [[0, 0, 1], [1], [2, 3]]) expect([ticks(values)[0], ticks(values).length > 3]).toEqual(["0", true]);
});

it("boxes have a panel per dataset and a dot per value, the median in the middle of the quartiles", () => {
  const values = ["x", "y"].flatMap((panel) => [1, 2, 3, 4, 5].map((value) => ({ panel, group: "set", value })));
  const page = elements(drawBoxes({ title: "Splits", xLabel: "accuracy", values, format: String }));
  expect(all(page, "circle")).toHaveLength(10);
  const boxes = all(page, "rect");
  expect(boxes).toHaveLength(2);
  const [x, width] = ["x", "width"].map((name) => Number(boxes[0].getAttribute(name)));
  const dots = all(page, "circle").map((dot) => Number(dot.getAttribute("cx")));
  expect(x).toBeCloseTo(dots[1], 1); // the quartiles of 1 to 5 are 2 and 4
  expect(x + width).toBeCloseTo(dots[3], 1);
  expect(page.querySelector("svg > desc")?.textContent).toBe("set: a panel each of x, y.");
});

it("a heat map draws what is above 0, stronger for more", () => {
  const picture = heatMap({ title: "Pixels", values: [0, 1, 2, 2], shape: [2, 2], format: String }).text;
  const shades = [...picture.matchAll(/fill-opacity="([\d.]+)" d="([^"]*)"/g)].map(([, opacity, d]) => [Number(opacity), d]);
  expect(shades).toEqual([
    [expect.any(Number), "M1 0h1v1h-1z"],
    [1, "M0 1h1v1h-1zM1 1h1v1h-1z"],
  ]);
  expect(picture).toContain("from 0 to 2");
});

it("a long title of a file is broken between words, and nothing of it lies beyond the picture", () => {
  const drawing = drawLines({
    ...chart,
    title: "Accuracy: npset 300-300, seed 1, epoch 30 of 30, on digits; dense 300-300, seed 1",
  });
  const svg = drawing ? svgFile(drawing) : "";
  const lines = [...svg.matchAll(/<text class="title"[^>]*>([^<]*)</g)].map(([, line]) => line);
  expect(lines.join(" ")).toBe(drawing?.title);
  expect(lines.length).toBe(2);
  for (const line of lines) expect(7.2 * line.length + 20).toBeLessThanOrEqual(560);
  const [, shift] = /<g transform="translate\(0 (\d+)\)">/.exec(svg) ?? [];
  expect(Number(shift)).toBeGreaterThan(17 + 18); // the chart is below the second line
});

it("a chart's file stands alone: colours, title, words and legend are in it, and names are escaped", () => {
  const drawing = drawLines(chart);
  const svg = drawing ? svgFile(drawing) : "";
  expect(svg).toContain("<title>Accuracy &lt;a&gt;</title>");
  expect(svg).toMatch(/--t2: ?#c2500c/);
  expect(svg).not.toMatch(/<\/?[A-Z]/); // XML draws no element of capitals
  expect(svg).toMatch(/>test<\/text>[\s\S]*>training<\/text>/);
  expect(svg).toContain("<desc>accuracy over epoch");
  expect(svg).not.toContain('class="plot');
});
