import { maximum, minimum } from "../../util/extremes.js";
import { type Html, html } from "../html.js";

/** What a heat map shows. */
export interface HeatMap {
  readonly title: string;
  /** [height, width] values >= 0, row by row. */
  readonly values: ArrayLike<number> & Iterable<number>;
  readonly shape: readonly [number, number];
  readonly format: (value: number) => string;
}

/** Shades of a heat map; each is one path, so that large pictures stay small. */
const SHADES = 24;

/** A picture of values: stronger colour for more, from the least to the most; none for 0. Plot has a canvas for it, which Node has not. */
export function heatMap({ title, values, shape: [height, width], format }: HeatMap): Html {
  const [min, max] = [minimum(values), maximum(values)];
  const paths = new Array<string>(SHADES + 1).fill("");
  for (let i = 0; i < height * width; i++) {
    const shade = values[i] > 0 ? 1 + Math.round(((SHADES - 1) * (values[i] - min)) / (max - min || 1)) : 0;
    if (shade > 0) paths[shade] += `M${i % width} ${Math.floor(i / width)}h1v1h-1z`;
  }
  const cells = paths.flatMap((d, shade) =>
    d ? [html`<path fill="var(--t1)" fill-opacity="${(shade / SHADES).toFixed(2)}" d="${d}"/>`] : [],
  );
  const said = `from ${format(min)} to ${format(max)} (strongest colour)`;
  return html`<figure><figcaption>${title}</figcaption><svg class="heat" role="img" viewBox="0 0 ${width} ${height}" shape-rendering="crispEdges"><title>${title}</title><desc>${height} by ${width} values, ${said}</desc><rect class="ground" width="${width}" height="${height}"/>${cells}</svg><p class="note">${said}</p></figure>`;
}
