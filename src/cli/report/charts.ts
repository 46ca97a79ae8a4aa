import { maximum } from "../../util/extremes.js";
import { type Html, html } from "./html.js";

/** A line of a chart; null where there is no value. Colour `tone` 1 to 6 of the style sheet. */
export interface Series {
  readonly name: string;
  readonly tone: number;
  readonly values: readonly (number | null)[];
  /** Drawn with gaps, so that an equal line beneath shows through. */
  readonly dashed?: boolean;
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
  readonly series: readonly Series[];
  readonly format: (value: number) => string;
  /** Let the axis begin at 0. */
  readonly fromZero?: boolean;
  /** Axes whose equal steps are equal factors; their values are above 0. */
  readonly log?: { readonly x?: boolean; readonly y?: boolean };
  /** How ticks of x are written; without it whole numbers alone get a tick. */
  readonly xFormat?: (value: number) => string;
  /** Leave the dots with their values out. */
  readonly noDots?: boolean;
}

/** A chart before it is put on a page: marks in a box of SVG, and what its colours mean. */
export interface Drawing {
  readonly title: string;
  readonly width: number;
  readonly height: number;
  readonly marks: readonly Html[];
  readonly legend: readonly Pick<Series, "name" | "tone" | "dashed">[];
}

const WIDTH = 560;
const HEIGHT = 260;
const MARGIN = { left: 62, right: 22, top: 12, bottom: 38 };
const PLOT = { width: WIDTH - MARGIN.left - MARGIN.right, height: HEIGHT - MARGIN.top - MARGIN.bottom };
/** More points than this get no dot with its value. */
const MOST_DOTS = 120;
/** Up to so many places on an axis of equal factors are its ticks. */
const FEW = 6;

/** Lines over x as a figure of SVG. */
export function lineChart(chart: LineChart): Html {
  const drawing = drawLines(chart);
  return drawing ? figure(drawing) : html``;
}

/** Lines over x; null without any value. */
export function drawLines(chart: LineChart): Drawing | null {
  const { title, x, xLabel, series, format, fromZero, log = {}, xFormat, noDots } = chart;
  const values = series.flatMap(({ values, band }) => [
    ...values.filter((value) => value !== null),
    ...(band ? [...band.low, ...band.high] : []),
  ]);
  if (values.length === 0) return null;
  const [least, most] = extremes(values);
  const yTicks = log.y ? logTicks(least, most) : niceTicks(fromZero ? Math.min(0, least) : least, most, 5);
  const [first, last] = extremes(x);
  const xTicks = log.x
    ? x.length <= FEW
      ? [...x]
      : logTicks(first, last).filter((tick) => tick >= first && tick <= last)
    : niceTicks(first, last, 7).filter((tick) => tick >= first && tick <= last && (xFormat || Number.isInteger(tick)));
  const [low, high] = [yTicks[0], yTicks[yTicks.length - 1]];
  const along = (value: number, from: number, to: number, isLog?: boolean) =>
    isLog ? Math.log(value / from) / Math.log(to / from) : (value - from) / (to - from);
  const px = (value: number) => fixed(MARGIN.left + (last > first ? along(value, first, last, log.x) : 0.5) * PLOT.width);
  const py = (value: number) => fixed(MARGIN.top + PLOT.height * (1 - along(value, low, high, log.y)));
  const bands = series.flatMap(({ tone, band }) => {
    if (!band) return [];
    const edge = (values: readonly number[]) => values.map((value, i) => `${px(x[i])} ${py(value)}`);
    const around = [...edge(band.high), ...edge(band.low).reverse()].join("L");
    return [html`<path class="band t${tone}" d="M${around}Z"/>`];
  });
  const lines = series.map(({ tone, values, name, dashed, scattered }) => {
    const points = values.flatMap((value, i) => (value === null ? [] : [{ at: x[i], value }]));
    const path = points.map(({ at, value }, i) => `${i === 0 ? "M" : "L"}${px(at)} ${py(value)}`).join("");
    const dots =
      noDots || points.length > MOST_DOTS
        ? []
        : points.map(
            ({ at, value }) =>
              html`<circle class="t${tone}" cx="${px(at)}" cy="${py(value)}" r="2.5"><title>${name}, ${xLabel} ${at}: ${format(value)}</title></circle>`,
          );
    const line = scattered ? html`` : html`<path class="line t${tone}${dashed ? " dashed" : ""}" d="${path}"/>`;
    return html`${line}${dots}`;
  });
  const axes = frame(yTicks, py, format, xTicks, px, xLabel, xFormat);
  const legend = series.length > 1 ? series : [];
  return { title, width: WIDTH, height: HEIGHT, marks: [axes, ...bands, ...lines], legend };
}

/** One bar of a bar chart. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** Colour 1 to 6 of the style sheet. */
  readonly tone: number;
}

/** Values as bars from 0, side by side down the page, on a scale of equal steps. */
export function barChart({
  title,
  bars,
  format,
}: {
  title: string;
  bars: readonly Bar[];
  format: (value: number) => string;
}): Html {
  if (bars.length === 0) return html``;
  const [names, step] = [210, 24];
  const room = WIDTH - names - 80;
  const most = maximum(bars.map(({ value }) => value));
  const rows = bars.map(({ name, value, tone }, i) => {
    const width = fixed(Math.max(1, (value / most) * room));
    const y = 6 + i * step;
    return html`<text class="y" x="${names - 8}" y="${y + 13}">${name}</text><rect class="t${tone}" x="${names}" y="${y}" width="${width}" height="${step - 7}"/><text x="${names + width + 6}" y="${y + 13}">${format(value)}</text>`;
  });
  return figure({ title, width: WIDTH, height: bars.length * step + 8, marks: rows, legend: [] });
}

/** Bars: how many values fall into each of at most `bins` equal ranges of whole numbers. */
export function histogram({
  title,
  values,
  xLabel,
  yLabel,
  tone,
}: {
  title: string;
  values: ArrayLike<number>;
  xLabel: string;
  yLabel: string;
  tone: number;
}): Html {
  const [min, max] = extremes(values);
  const width = Math.max(1, Math.ceil((max - min + 1) / 40));
  const counts = new Array<number>(Math.floor((max - min) / width) + 1).fill(0);
  for (let i = 0; i < values.length; i++) counts[Math.floor((values[i] - min) / width)]++;
  const end = min + counts.length * width;
  const yTicks = niceTicks(0, maximum(counts), 4);
  const px = (value: number) => fixed(MARGIN.left + ((value - min) / (end - min)) * PLOT.width);
  const py = (value: number) => fixed(MARGIN.top + PLOT.height * (1 - value / yTicks[yTicks.length - 1]));
  const xTicks = niceTicks(min, end, 7).filter((tick) => tick >= min && tick <= end && Number.isInteger(tick));
  const bars = counts.map((count, i) => {
    const from = min + i * width;
    const range = width === 1 ? String(from) : `${from} to ${from + width - 1}`;
    const gap = Math.min(1, PLOT.width / counts.length / 4);
    return html`<rect class="t${tone}" x="${px(from)}" y="${py(count)}" width="${fixed(PLOT.width / counts.length - gap)}" height="${fixed(MARGIN.top + PLOT.height - py(count))}"><title>${xLabel} ${range}: ${count} ${yLabel}</title></rect>`;
  });
  const marks = [frame(yTicks, py, String, xTicks, px, xLabel), ...bars];
  return figure({ title, width: WIDTH, height: HEIGHT, marks, legend: [] });
}

/** Shades of a heat map; each is one path, so that large pictures stay small. */
const SHADES = 24;

/** A picture of values >= 0, row by row: stronger colour for more, from the least to the most; none for 0. */
export function heatMap({
  title,
  values,
  shape: [height, width],
  format,
}: {
  title: string;
  values: ArrayLike<number>;
  shape: readonly [number, number];
  format: (value: number) => string;
}): Html {
  const [min, max] = extremes(values);
  const paths = new Array<string>(SHADES + 1).fill("");
  for (let i = 0; i < height * width; i++) {
    const shade = values[i] > 0 ? 1 + Math.round(((SHADES - 1) * (values[i] - min)) / (max - min || 1)) : 0;
    if (shade > 0) paths[shade] += `M${i % width} ${Math.floor(i / width)}h1v1h-1z`;
  }
  const cells = paths.flatMap((d, shade) =>
    d ? [html`<path class="t1" fill-opacity="${fixed(shade / SHADES)}" d="${d}"/>`] : [],
  );
  return html`<figure><figcaption>${title}</figcaption><svg class="heat" role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges"><rect class="ground" width="${width}" height="${height}"/>${cells}</svg><p class="note">from ${format(min)} to ${format(max)} (strongest colour)</p></figure>`;
}

/** A drawing as a figure of a page, with its legend below. */
export function figure({ title, width, height, marks, legend }: Drawing): Html {
  const names = legend.map(
    ({ name, tone, dashed }) => html`<span><i class="b${tone}${dashed ? " dashed" : ""}"></i>${name}</span>`,
  );
  const below = names.length > 0 ? html`<p class="legend">${names}</p>` : html``;
  return html`<figure><figcaption>${title}</figcaption><svg role="img" aria-label="${title}" viewBox="0 0 ${width} ${height}">${marks}</svg>${below}</figure>`;
}

function frame(
  yTicks: number[],
  py: (v: number) => number,
  format: (v: number) => string,
  xTicks: number[],
  px: (v: number) => number,
  xLabel: string,
  xFormat = (tick: number) => (tick < 1e5 ? String(tick) : tick.toExponential()),
): Html {
  const bottom = MARGIN.top + PLOT.height;
  const rows = yTicks.map(
    (tick) =>
      html`<path class="grid" d="M${MARGIN.left} ${py(tick)}h${PLOT.width}"/><text class="y" x="${MARGIN.left - 6}" y="${py(tick) + 4}">${format(tick)}</text>`,
  );
  const columns = xTicks.map((tick) => html`<text class="x" x="${px(tick)}" y="${bottom + 16}">${xFormat(tick)}</text>`);
  return html`${rows}${columns}<text class="x" x="${MARGIN.left + PLOT.width / 2}" y="${HEIGHT - 4}">${xLabel}</text>`;
}

/** About `count` round numbers that enclose [low, high]: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks(low: number, high: number, count: number): number[] {
  const span = high > low ? high - low : Math.abs(high) || 1;
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
  const first = Math.floor(low / step);
  const last = Math.max(first + 1, Math.ceil(high / step));
  return Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** Powers of ten, with 2 and 5 times them where there are few, that enclose [low, high]. */
export function logTicks(low: number, high: number): number[] {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.ceil(Math.log10(high) - 1e-9)];
  const factors = to - from > 1 ? [1] : [1, 2, 5];
  const ticks = Array.from({ length: to - from + 1 }, (_, i) =>
    factors.map((factor) => Number((factor * 10 ** (from + i)).toPrecision(12))),
  ).flat();
  const first = ticks.findLastIndex((tick) => tick <= low);
  const last = ticks.findIndex((tick) => tick >= high && tick > low);
  return ticks.slice(Math.max(0, first), last < 0 ? undefined : last + 1);
}

/** The least and the largest value. */
export function extremes(values: ArrayLike<number>): [number, number] {
  let [min, max] = [Infinity, -Infinity];
  for (let i = 0; i < values.length; i++) [min, max] = [Math.min(min, values[i]), Math.max(max, values[i])];
  return [min, max];
}

/** To 2 digits after the point: what a screen can show. */
export function fixed(value: number): number {
  return Number(value.toFixed(2));
}
