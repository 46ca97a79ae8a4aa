import { type Html, html } from "../html.js";

// What every chart is, without the library that draws some of them.

/** What a colour or a dash of a chart means. */
export interface Legend {
  readonly name: string;
  /** Colour 1 to 6 of the style sheet. */
  readonly tone: number;
  /** Drawn with gaps. */
  readonly dashed?: boolean;
}

/** A chart before it is put on a page or in a file: the content of an SVG of this size, and what its colours mean. */
export interface Drawing {
  readonly title: string;
  /** The same in a sentence, for those who do not see it. */
  readonly description: string;
  readonly width: number;
  readonly height: number;
  readonly content: Html;
  readonly legend: readonly Legend[];
}

/** Width of a chart. */
export const WIDTH = 560;

/** The colour of a tone, which the style sheet of the page or of the file says. */
export function colour(tone: number): string {
  return `var(--t${tone})`;
}

/** The dashes of a line. */
export function dashes(dashed?: boolean): string | undefined {
  return dashed ? "7 5" : undefined;
}

/** A drawing as a figure of a page, with its legend below. */
export function figure({ title, description, width, height, content, legend }: Drawing): Html {
  const names = legend.map(
    ({ name, tone, dashed }) => html`<span><i class="b${tone}${dashed ? " dashed" : ""}"></i>${name}</span>`,
  );
  const below = names.length > 0 ? html`<p class="legend">${names}</p>` : html``;
  return html`<figure${width > WIDTH ? html` class="wide"` : html``}><figcaption>${title}</figcaption><svg class="plot" role="img" viewBox="0 0 ${width} ${height}" fill="currentColor" font-size="12" text-anchor="middle"><title>${title}</title><desc>${description}</desc>${content}</svg>${below}</figure>`;
}
