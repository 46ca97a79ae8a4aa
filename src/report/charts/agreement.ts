import * as Plot from "@observablehq/plot";
import { colour, type Drawing, dashes } from "./chart.js";
import { draw } from "./draw.js";

/** A sample: what is true, what was predicted, and the interval that was predicted where there is one. */
export interface Agreeing {
  readonly truth: number;
  readonly found: number;
  readonly low?: number;
  readonly high?: number;
}

/** What a chart of predictions against what is true shows. */
export interface AgreementChart {
  readonly title: string;
  readonly xLabel: string;
  readonly yLabel: string;
  /** What a dot is; default a sample. */
  readonly dot?: string;
  readonly points: readonly Agreeing[];
  readonly format: (value: number) => string;
  /** The chart in a sentence. */
  readonly description: string;
}

/** Predictions against what is true, both on one scale: a dot for each sample, a bar for its interval, and where both would be the same. */
export function drawAgreement({ title, xLabel, yLabel, dot = "a sample", points, format, description }: AgreementChart): Drawing {
  const intervals = points.filter(({ low }) => low !== undefined);
  const values = points.flatMap(({ truth, found, low = found, high = found }) => [truth, found, low, high]);
  const domain = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
  const side = { domain, nice: true, ticks: 5, grid: true, tickFormat: format };
  const said = ({ truth, found }: Agreeing) => `${xLabel} ${format(truth)}, ${yLabel} ${format(found)}`;
  const legend = [
    { name: intervals.length > 0 ? `${dot} and its interval` : dot, tone: 1 },
    { name: "as it is", tone: 5, dashed: true },
  ];
  return draw(
    { title, description, legend },
    {
      height: 420,
      x: { label: xLabel, ...side },
      y: { label: yLabel, ...side },
      marks: [
        Plot.line(
          domain.map((value) => [value, value]),
          { stroke: colour(5), strokeDasharray: dashes(true) },
        ),
        Plot.ruleX(intervals, { x: "truth", y1: "low", y2: "high", stroke: colour(1), strokeOpacity: 0.35 }),
        Plot.dot(points, { x: "truth", y: "found", r: 3, fill: colour(1), fillOpacity: 0.7, title: said }),
      ],
    },
  );
}
