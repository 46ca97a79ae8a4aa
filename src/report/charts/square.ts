import * as Plot from "@observablehq/plot";
import { colour, type Drawing, dashes, type Legend } from "./chart.js";
import { draw } from "./draw.js";

/** A line through points of the unit square. */
export interface Path extends Legend {
  readonly points: readonly (readonly [x: number, y: number])[];
  /** Dots where the points are. */
  readonly dots?: boolean;
}

/** What a chart of the unit square shows: fractions over fractions. */
export interface SquareChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  readonly paths: readonly Path[];
  /** The chart in a sentence. */
  readonly description: string;
}

/** Less than a screen shows: points that are nearer to the one before are left out. */
const NEAR = 1 / 400;

/** Paths in a square, both of its sides from 0 to 1. */
export function drawSquare({ title, xLabel, yLabel, paths, description }: SquareChart): Drawing {
  const side = { domain: [0, 1], ticks: 5, grid: true };
  return draw(
    { title, description, legend: paths },
    {
      height: 420,
      x: { label: xLabel, ...side },
      y: { label: yLabel, ...side },
      marks: paths.flatMap(({ tone, dashed, points, dots }) => [
        Plot.line(apart(points), { stroke: colour(tone), strokeWidth: 2, strokeDasharray: dashes(dashed) }),
        ...(dots ? [Plot.dot(points, { r: 3, fill: colour(tone) })] : []),
      ]),
    },
  );
}

/** The points without those that are next to the one before; the first and the last stay. */
function apart(points: Path["points"]): Path["points"] {
  let [x, y] = [-1, -1];
  return points.filter((point, i) => {
    const far = Math.abs(point[0] - x) > NEAR || Math.abs(point[1] - y) > NEAR;
    if (far) [x, y] = point;
    return far || i === points.length - 1;
  });
}
