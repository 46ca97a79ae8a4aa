import { Html, html } from "../html.js";
import { colour, type Drawing, dashes } from "./chart.js";
import FILE_STYLE from "./svg-file.css?raw";

const [ENTRY, LINE] = [180, 18];
/** Pixels that a letter of the title takes at most. */
const LETTER = 7.2;

/** A drawing as an SVG file that stands alone, on white, its title above and its legend below it. */
export function svgFile({ title, description, width, height, content, legend }: Drawing): string {
  const titles = linesOf(title, Math.floor((width - 20) / LETTER));
  const head = 8 + titles.length * LINE;
  const perLine = Math.max(1, Math.floor(width / ENTRY));
  const names = legend.map(({ name, tone, dashed }, i) => {
    const [x, y] = [10 + (i % perLine) * ENTRY, head + height + 10 + Math.floor(i / perLine) * LINE];
    const look = dashes(dashed);
    return html`<path stroke="${colour(tone)}" stroke-width="2"${look ? html` stroke-dasharray="${look}"` : html``} d="M${x} ${y}h16"/><text text-anchor="start" x="${x + 22}" y="${y + 4}">${name}</text>`;
  });
  const total = head + height + (legend.length > 0 ? 10 + Math.ceil(legend.length / perLine) * LINE : 0);
  const page = html`<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${total}" viewBox="0 0 ${width} ${total}" role="img" fill="currentColor" text-anchor="middle"><title>${title}</title><desc>${description}</desc><style>${new Html(FILE_STYLE.trim())}</style><rect width="${width}" height="${total}" fill="#fff"/>${titles.map((line, i) => html`<text class="title" text-anchor="start" x="10" y="${17 + LINE * i}">${line}</text>`)}<g transform="translate(0 ${head})">${content}</g>${names}</svg>
`;
  return page.text;
}

/** A text in lines of at most so many letters, broken between words. */
function linesOf(text: string, most: number): string[] {
  const lines = [""];
  for (const word of text.split(" ")) {
    const last = lines[lines.length - 1];
    if (last && last.length + 1 + word.length > most) lines.push(word);
    else lines[lines.length - 1] = last ? `${last} ${word}` : word;
  }
  return lines;
}
