import { type Html, html } from "../../../src/report/html.js";

const SHADES = 12;

/** Values as cells of some strengths of colour, each strength and sign a path. */
export function shades(values: Float32Array, cols: number, colour: (sign: number) => string): Html[] {
  const most = values.reduce((all, value) => Math.max(all, Math.abs(value)), 0) || 1;
  const paths = new Map<number, string>();
  for (const [k, value] of values.entries()) {
    const shade = Math.round((SHADES * value) / most);
    if (shade !== 0) paths.set(shade, `${paths.get(shade) ?? ""}M${k % cols} ${Math.floor(k / cols)}h1v1h-1z`);
  }
  return Array.from(paths, ([shade, d]) => {
    return html`<path fill="${colour(shade)}" fill-opacity="${(Math.abs(shade) / SHADES).toFixed(2)}" d="${d}"/>`;
  });
}
