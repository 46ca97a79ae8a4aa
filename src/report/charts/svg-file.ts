import { Html, html } from "../html.js";
import { colour, type Drawing, dashes } from "./chart.js";
import FILE_STYLE from "./svg-file.css?raw";

const [HEAD, ENTRY, LINE] = [26, 180, 18];

/** A drawing as an SVG file that stands alone, on white, its title above and its legend below it. */
export function svgFile({ title, description, width, height, content, legend }: Drawing): string {
  const perLine = Math.max(1, Math.floor(width / ENTRY));
  const names = legend.map(({ name, tone, dashed }, i) => {
    const [x, y] = [10 + (i % perLine) * ENTRY, HEAD + height + 10 + Math.floor(i / perLine) * LINE];
    const look = dashes(dashed);
    return html`<path stroke="${colour(tone)}" stroke-width="2"${look ? html` stroke-dasharray="${look}"` : html``} d="M${x} ${y}h16"/><text text-anchor="start" x="${x + 22}" y="${y + 4}">${name}</text>`;
  });
  const total = HEAD + height + (legend.length > 0 ? 10 + Math.ceil(legend.length / perLine) * LINE : 0);
  const page = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img" fill="currentColor" text-anchor="middle"><title>${title}</title><desc>${description}</desc><style>${new Html(FILE_STYLE.trim())}</style><rect width="${width}" height="${total}" fill="#fff"/><text class="title" text-anchor="start" x="10" y="17">${title}</text><g transform="translate(0 ${HEAD})">${content}</g>${names}</svg>
`;
  return page.text;
}
