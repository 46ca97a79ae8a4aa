import * as Plot from "@observablehq/plot";
import { colour, type Drawing, dashes, type Legend } from "./chart.js";
import { draw } from "./draw.js";

/** A line of a chart; null where there is no value. */
export interface Series extends Legend {
  readonly values: readonly (number | null)[];
  /** Dots alone, without the line that joins them. */
  readonly scattered?: boolean;
  /** What lies around the values, shaded, as long as them: from low to high. */
  readonly band?: { readonly low: readonly number[]; readonly high: readonly number[] };
}

/** What a line chart shows. */
export interface LineChart {
  readonly title: string;
  /** Where values stand, increasing. */
  readonly x: readonly number[];
  readonly xLabel: string;
  readonly yLabel: string;
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Let the axis begin at 0. */
  readonly fromZero?: boolean;
  /** Axes whose equal steps are equal factors; their values are above 0. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
  /** How ticks of x are written; without it an axis of equal steps writes whole numbers alone. */
  readonly xFormat?: (value: number) => string;
  /** Leave the dots with their values out. */
  readonly noDots?: boolean;
}

/** More points than this get no dot with its value. */
const MOST_DOTS = 120;
/** Up to so many places are the ticks. */
const FEW = 6;

/** Lines over x with their bands; null without any value. */
export function drawLines(chart: LineChart): Drawing | null {
  const { title, x, xLabel, yLabel, series, format, fromZero, log = {}, xFormat } = chart;
  if (!series.some(({ values }) => values.some((value) => value !== null))) return null;
  const legend = series.length > 1 ? series : [];
  const description = `${yLabel} over ${xLabel}: ${series.map((line) => ends(line, format)).join("; ")}.`;
  return draw(
    { title, description, legend },
    {
      height: 280,
      x: {
        label: xLabel,
        type: log.x ? "log" : "linear",
        ticks: x.length <= FEW ? [...x] : 7,
        tickFormat: (value: number) => (xFormat ? xFormat(value) : log.x || Number.isInteger(value) ? plain(value) : ""),
        inset: 4,
      },
      y: { label: yLabel, type: log.y ? "log" : "linear", zero: fromZero, nice: true, grid: true, ticks: 5, tickFormat: format },
      marks: [...series.flatMap((line) => bandOf(line, x)), ...series.flatMap((line) => marksOf(line, chart))],
    },
  );
}

function bandOf({ band, tone }: Series, x: readonly number[]): Plot.Markish[] {
  if (!band) return [];
  const edges = x.map((at, i) => ({ at, low: band.low[i], high: band.high[i] }));
  return [Plot.areaY(edges, { x: "at", y1: "low", y2: "high", fill: colour(tone), fillOpacity: 0.16 })];
}

function marksOf({ name, tone, dashed, scattered, values }: Series, { x, xLabel, format, noDots }: LineChart): Plot.Markish[] {
  const points = values.flatMap((value, i) => (value === null ? [] : [{ at: x[i], value }]));
  const look = { stroke: colour(tone), strokeWidth: 2, strokeDasharray: dashes(dashed) };
  const line = scattered ? [] : [Plot.line(points, { x: "at", y: "value", ...look })];
  if (noDots || points.length > MOST_DOTS) return line;
  const said = ({ at, value }: { at: number; value: number }) => `${name}, ${xLabel} ${at}: ${format(value)}`;
  return [...line, Plot.dot(points, { x: "at", y: "value", r: scattered ? 3.5 : 2.5, fill: colour(tone), title: said })];
}

/** The first and the last value of a line, in words. */
function ends({ name, values }: Series, format: (value: number) => string): string {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? `${name} has no value` : `${name} from ${format(known[0])} to ${format(known[known.length - 1])}`;
}

function plain(value: number): string {
  return value < 1e5 ? String(value) : value.toExponential();
}
