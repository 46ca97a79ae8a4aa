import type { Told } from "../../../src/api/extend.js";
import { drawLines, svgFile } from "../../../src/report/charts/index.js";
import { fieldOf, inWords, labelOf } from "../metrics.js";
import { RUN_TONES } from "../tones.js";
import type { PastRun } from "./store.js";

// Loaded when the curves are saved, with the library that draws charts.

/** The curves of runs upon each other as an SVG file. */
export function overlayFile(metric: Told, shown: readonly PastRun[], x: readonly number[]): string {
  const title = `Test ${labelOf(metric)}`;
  const field = fieldOf(metric, "test");
  const series = shown.map(({ name, curves }, i) => {
    const values = new Map(curves.epoch.map((epoch, k) => [epoch, curves[field]?.[k] ?? null]));
    return { name, tone: RUN_TONES[i % RUN_TONES.length], values: x.map((epoch) => values.get(epoch) ?? null) };
  });
  const of = shown.map(({ name, dataName }) => `${name}, on ${dataName}`).join("; ");
  const format = (value: number) => inWords(metric, value);
  const drawing = drawLines({ title: `${title}: ${of}`, x, xLabel: "epoch", yLabel: title, series, format, noDots: true });
  if (!drawing) throw new Error("there is no value to draw yet");
  return svgFile(drawing);
}
