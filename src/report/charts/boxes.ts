import * as Plot from "@observablehq/plot";
import { colour, type Drawing } from "./chart.js";
import { draw } from "./draw.js";

/** A value of a group, in one of the panels of a box chart. */
export interface BoxValue {
  readonly panel: string;
  readonly group: string;
  readonly value: number;
}

/** What a box chart shows. */
export interface BoxChart {
  readonly title: string;
  readonly xLabel: string;
  readonly values: readonly BoxValue[];
  readonly format: (value: number) => string;
}

const [COLUMNS, ROW, WIDE] = [3, 18, 1120];

/**
 * A panel per dataset or the like, in rows of three: the quartiles of each group as a box, the median as a line, whiskers to the last value within
 * 1.5 times the box (Tukey), and every value as a dot. Null without values.
 */
export function drawBoxes({ title, xLabel, values, format }: BoxChart): Drawing | null {
  if (values.length === 0) return null;
  const panels = [...new Set(values.map(({ panel }) => panel))];
  const groups = [...new Set(values.map(({ group }) => group))];
  const place = (panel: string) => {
    const at = panels.indexOf(panel);
    return { column: at % COLUMNS, row: Math.floor(at / COLUMNS) };
  };
  const data = values.map((entry) => ({ ...entry, ...place(entry.panel) }));
  const rows = Math.ceil(panels.length / COLUMNS);
  const facet = { fx: "column", fy: "row" };
  return draw(
    { title, description: `${groups.join(", ")}: a panel each of ${panels.join(", ")}.`, legend: [] },
    {
      width: WIDE,
      height: rows * (groups.length * ROW + 44) + 40,
      marginLeft: 110,
      marginTop: 24,
      fx: { axis: null, domain: Array.from({ length: Math.min(COLUMNS, panels.length) }, (_, i) => i), padding: 0.08 },
      fy: { axis: null, domain: Array.from({ length: rows }, (_, i) => i), padding: 0.24 },
      x: { label: xLabel, grid: true, nice: true, ticks: 4, tickFormat: format },
      y: { label: null, domain: groups, tickSize: 0, padding: 0.25 },
      marks: [
        Plot.boxX(data, { x: "value", y: "group", ...facet, fill: colour(1), fillOpacity: 0.25, stroke: colour(1), r: 0 }),
        Plot.dot(data, {
          x: "value",
          y: "group",
          ...facet,
          r: 2,
          fill: colour(2),
          title: (entry: BoxValue) => `${entry.panel}, ${entry.group}: ${format(entry.value)}`,
        }),
        Plot.text(
          panels.map((panel) => ({ panel, ...place(panel) })),
          { ...facet, text: "panel", frameAnchor: "top-left", dy: -14, fontWeight: 600, textAnchor: "start" },
        ),
      ],
    },
  );
}
