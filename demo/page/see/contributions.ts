import type { Drawing } from "../../../src/report/charts/chart.js";
import { type Html, html } from "../../../src/report/html.js";
import { maximum, minimum } from "../../extremes.js";
import type { SampleView } from "../../worker/see/explain.js";
import { shades } from "./shades.js";

const [WIDTH, LEFT, RIGHT, STEP] = [560, 190, 500, 22];
/** Bars that are drawn: the file has all features. */
const SHOWN = 20;
/** Colours of what speaks for the output, and against it. */
const [FOR, AGAINST] = [1, 6];

/** What each feature of a sample adds: over the picture where it is one, else as bars by name, the largest first. */
export function drawContributions(view: SampleView, title: string): Drawing {
  const { contributions, output, picture, imageShape } = view;
  const sum = contributions.reduce((all, one) => all + one, 0);
  const whole = picture && imageShape && picture.length === contributions.length;
  const { content, height } = whole ? overPicture(view, picture, imageShape) : asBars(view);
  const [strongest] = strongestOf(contributions);
  return {
    title,
    description: `${contributions.length} contributions to ${output}, in all ${sum.toPrecision(3)}; the largest is that of ${view.features[strongest]}, ${contributions[strongest].toPrecision(3)}.`,
    width: WIDTH,
    height,
    content,
    legend: [
      { name: `speaks for ${output}`, tone: FOR },
      { name: "speaks against it", tone: AGAINST },
    ],
  };
}

/** Features by the size of what they add. */
export const strongestOf = (contributions: Float32Array): number[] =>
  Array.from(contributions.keys()).sort((a, b) => Math.abs(contributions[b]) - Math.abs(contributions[a]));

function asBars({ features, contributions }: SampleView): { content: Html; height: number } {
  const shown = strongestOf(contributions).slice(0, SHOWN);
  const values = shown.map((j) => contributions[j]);
  const [low, high] = [Math.min(0, minimum(values)), Math.max(0, maximum(values))];
  const x = (value: number) => LEFT + ((RIGHT - LEFT) * (value - low)) / (high - low || 1);
  const bars = shown.map((j, row) => {
    const [value, y] = [contributions[j], 6 + STEP * row];
    const [from, to] = [x(Math.min(0, value)), x(Math.max(0, value))];
    const name = features[j].length > 26 ? `${features[j].slice(0, 25)}...` : features[j];
    return html`<g><title>${features[j]}: ${value.toPrecision(3)}</title><text x="${LEFT - 8}" y="${y + 13}" text-anchor="end">${name}</text><rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1, to - from).toFixed(1)}" height="${STEP - 6}" fill="var(--t${value > 0 ? FOR : AGAINST})"/><text x="${RIGHT + 8}" y="${y + 13}" text-anchor="start">${value.toPrecision(2)}</text></g>`;
  });
  const height = 12 + STEP * shown.length;
  return { content: html`${bars}<path d="M${x(0).toFixed(1)} 2V${height - 6}" stroke="currentColor"/>`, height };
}

/** The picture, and beside it what each of its points adds. */
function overPicture({ contributions }: SampleView, picture: Float32Array, [rows, cols]: readonly [number, number]) {
  const cell = Math.min(260 / rows, 260 / cols);
  const ink = shades(picture, cols, () => "currentColor");
  const parts = shades(contributions, cols, (value) => `var(--t${value > 0 ? FOR : AGAINST})`);
  const [w, hgt] = [cols * cell, rows * cell];
  const frame = html`<rect width="${cols}" height="${rows}" fill="none" stroke="currentColor" stroke-width="${(1 / cell).toFixed(3)}"/>`;
  const at = (x: number, what: readonly Html[]) =>
    html`<g transform="translate(${x} 4) scale(${cell.toFixed(3)})" shape-rendering="crispEdges">${what}${frame}</g>`;
  return { content: html`${at(10, ink)}${at(WIDTH - 10 - w, parts)}`, height: hgt + 8 };
}
