import * as Plot from "@observablehq/plot";
import { maximum, minimum } from "../../util/extremes.js";
import { colour, type Drawing } from "./chart.js";
import { draw } from "./draw.js";

/** One bar of a bar chart. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Colour 1 to 6 of the style sheet. */
  readonly tone: number;
}

/** What a bar chart shows. */
export interface BarChart {
  readonly title: string;
  readonly xLabel: string;
  readonly bars: readonly Bar[];
  readonly format: (value: number) => string;
}

/** Height of a bar, with what is free above it. */
const STEP = 24;

/** Values as bars from 0, one below the other, on a scale of equal steps; null without bars. */
export function drawBars({ title, xLabel, bars, format }: BarChart): Drawing | null {
  if (bars.length === 0) return null;
  return draw(
    { title, description: `${bars.map(({ name, value }) => `${name}: ${format(value)}`).join("; ")}.`, legend: [] },
    {
      height: bars.length * STEP + 52,
      marginLeft: 210,
      marginRight: 80,
      marginTop: 6,
      x: { label: xLabel, ticks: 4, grid: true },
      y: { label: null, domain: bars.map(({ name }) => name), tickSize: 0, padding: 0.3 },
      marks: [
        Plot.barX(bars, { x: "value", y: "name", fill: (bar: Bar) => colour(bar.tone) }),
        Plot.text(bars, { x: "value", y: "name", text: (bar: Bar) => format(bar.value), dx: 6, textAnchor: "start" }),
      ],
    },
  );
}

/** What a histogram shows. */
export interface Histogram {
  readonly title: string;
  /** Whole numbers; any where there is a format. */
  readonly values: ArrayLike<number> & Iterable<number>;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly tone: number;
  /** How numbers that need not be whole are written. */
  readonly format?: (value: number) => string;
}

/** The most bars. */
const BINS = 40;
/** The fewest numbers of the axis: of a single number the bar is no wall. */
const FEWEST = 9;

/** How many values fall into each of at most 40 equal ranges. */
export function drawHistogram({ title, values, xLabel, yLabel, tone, format }: Histogram): Drawing {
  const [min, max] = [minimum(values), maximum(values)];
  const width = format ? (max - min) / BINS || 1 : Math.max(1, Math.ceil((max - min + 1) / BINS));
  const bars = format ? BINS : Math.floor((max - min) / width) + 1;
  const counts = new Array<number>(bars).fill(0);
  for (let i = 0; i < values.length; i++) counts[Math.min(bars - 1, Math.floor((values[i] - min) / width))]++;
  const start = format ? min : min - 0.5; // so that a whole number is in the middle of its bar
  const bins = counts.map((count, i) => ({ from: start + i * width, to: start + (i + 1) * width, count }));
  const spare = format ? 0 : Math.max(0, FEWEST - counts.length * width);
  const low = Math.max(start - spare / 2, Math.min(start, -0.5)); // no count below 0 is on the axis, but where there are some
  const range = ({ from, to }: { from: number; to: number }) =>
    format ? `${format(from)} to ${format(to)}` : width === 1 ? String(from + 0.5) : `${from + 0.5} to ${to - 0.5}`;
  return draw(
    { title, description: `${yLabel} by ${xLabel}, from ${(format ?? String)(min)} to ${(format ?? String)(max)}.`, legend: [] },
    {
      height: 260,
      x: { label: xLabel, ticks: 7, tickFormat: format ?? whole, domain: [low, bins[bins.length - 1].to + low - start + spare] },
      y: { label: yLabel, grid: true, nice: true, ticks: 4, tickFormat: whole },
      marks: [
        Plot.rectY(bins, {
          x1: "from",
          x2: "to",
          y: "count",
          fill: colour(tone),
          insetLeft: 0.5,
          insetRight: 0.5,
          title: (bin: (typeof bins)[number]) => `${xLabel} ${range(bin)}: ${bin.count} ${yLabel}`,
        }),
        Plot.ruleY([0], { stroke: "currentColor" }),
      ],
    },
  );
}

function whole(value: number): string {
  return Number.isInteger(value) ? String(value) : "";
}
