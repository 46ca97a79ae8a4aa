import type { Drawing } from "./charts.js";
import { Html, html } from "./html.js";

/** Colours as in the style sheet, light; a file of its own has no page to take them from. */
const STYLE = `
text { fill: #444; font: 12px system-ui, sans-serif; }
text.title { fill: #1c2430; font-weight: 600; font-size: 13px; }
text.x { text-anchor: middle; }
text.y { text-anchor: end; }
.grid { stroke: #dde1e7; }
.rule { stroke: #5b6675; }
path.line { fill: none; stroke-width: 2; stroke-linejoin: round; }
path.dashed { stroke-dasharray: 7 5; }
path.band { fill-opacity: 0.16; }
${["#2458c5", "#c2500c", "#1b7f3b", "#8031b8", "#a8720a", "#b01e5b"].map((colour, i) => `.t${i + 1} { fill: ${colour}; } .line.t${i + 1} { stroke: ${colour}; }`).join("\n")}
`
  .trim()
  .replaceAll("\n.line.", " .line.");

const [HEAD, ENTRY, LINE] = [24, 180, 18];

/** A drawing as an SVG file that stands alone, on white, its title above and its legend below it. */
export function svgFile({ title, width, height, marks, legend }: Drawing): string {
  const perLine = Math.max(1, Math.floor(width / ENTRY));
  const names = legend.map(({ name, tone, dashed }, i) => {
    const [x, y] = [10 + (i % perLine) * ENTRY, HEAD + height + 10 + Math.floor(i / perLine) * LINE];
    return html`<path class="line t${tone}${dashed ? " dashed" : ""}" d="M${x} ${y}h16"/><text x="${x + 22}" y="${y + 4}">${name}</text>`;
  });
  const total = HEAD + height + (legend.length > 0 ? 10 + Math.ceil(legend.length / perLine) * LINE : 0);
  const page = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img"><title>${title}</title><style>${new Html(STYLE)}</style><rect width="${width}" height="${total}" fill="#fff"/><text class="title" x="10" y="17">${title}</text><g transform="translate(0 ${HEAD})">${marks}</g>${names}</svg>
`;
  return page.text;
}
