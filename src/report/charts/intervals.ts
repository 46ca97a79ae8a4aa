import * as Plot from "@observablehq/plot";
import { colour, type Drawing } from "./chart.js";
import { draw } from "./draw.js";

/** One line of an interval chart: a value, and what it may be off by. */
export interface IntervalRow {
  readonly name: string;
  readonly value: number;
  /** Null where there is a value alone. */
  readonly interval: { readonly low: number; readonly high: number } | null;
  /** Colour 1 to 6 of the style sheet. */
  readonly tone: number;
}

/** What an interval chart shows. */
export interface IntervalChart {
  readonly title: string;
  readonly xLabel: string;
  readonly rows: readonly IntervalRow[];
  readonly format: (value: number) => string;
  /** Where upright lines stand, e.g. 0: no difference. */
  readonly lines: readonly number[];
}

/** Height of a row. */
const STEP = 22;

/** Values with their intervals one below the other, on one axis; null without rows. */
export function drawIntervals({ title, xLabel, rows, format, lines }: IntervalChart): Drawing | null {
  if (rows.length === 0) return null;
  const said = ({ name, value, interval }: IntervalRow) =>
    `${name}: ${interval ? `${format(value)} (${format(interval.low)} to ${format(interval.high)})` : format(value)}`;
  const marks = rows.flatMap((row) => {
    const stroke = colour(row.tone);
    const { low, high } = row.interval ?? { low: row.value, high: row.value };
    return [
      ...(row.interval ? [Plot.ruleY([row], { y: "name", x1: low, x2: high, stroke, strokeWidth: 2.5 })] : []),
      Plot.dot([row], { x: "value", y: "name", r: 4.5, fill: stroke, title: said }),
    ];
  });
  return draw(
    { title, description: `${rows.map(said).join("; ")}.`, legend: [] },
    {
      height: rows.length * STEP + 62,
      marginLeft: 170,
      marginTop: 10,
      x: { label: xLabel, grid: true, nice: true, ticks: 6, tickFormat: format },
      y: { label: null, domain: rows.map(({ name }) => name), tickSize: 0, padding: 0.5 },
      marks: [Plot.ruleX([...lines], { stroke: "currentColor", strokeOpacity: 0.7 }), ...marks],
    },
  );
}
