import { colour, type Drawing, WIDTH } from "../../src/report/charts/chart.js";
import { html } from "../../src/report/html.js";
import { maximum, minimum } from "../extremes.js";
import { compact } from "./format.js";
import { shades } from "./see/shades.js";
import { RUN_TONES } from "./tones.js";

/** A value of every point of a picture, stronger colour for more. */
export function drawInputPicture(values: Float32Array, [rows, cols]: readonly [number, number], title: string): Drawing {
  const cell = Math.min(360 / rows, (WIDTH - 20) / cols);
  const cells = shades(values, cols, () => colour(RUN_TONES[0]));
  const said = `From ${compact(minimum(values))} to ${compact(maximum(values))}, stronger colour for more`;
  const height = rows * cell;
  return {
    title,
    description: `${rows} x ${cols} inputs. ${said}.`,
    width: WIDTH,
    height: height + 30,
    content: html`<g transform="translate(10 4) scale(${cell.toFixed(3)})" shape-rendering="crispEdges">${cells}<rect width="${cols}" height="${rows}" fill="none" stroke="currentColor" stroke-width="${(1 / cell).toFixed(3)}"/></g><text x="10" y="${(height + 22).toFixed(1)}" text-anchor="start">${said}</text>`,
    legend: [],
  };
}
