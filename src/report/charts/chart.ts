import * as Plot from "@observablehq/plot";
import { Html, html } from "../html.js";
import { plotDocument } from "./document.js";

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

/** Room for the axes and their labels; axes have no arrows. */
const FRAME = { marginLeft: 64, marginRight: 24, marginTop: 30, marginBottom: 42 };
const Y = { labelArrow: "none" } as const;
const X = { labelAnchor: "center", ...Y } as const;

/** Marks as Observable Plot draws them, with their axes. */
export function draw(
  { title, description, legend }: Pick<Drawing, "title" | "description" | "legend">,
  options: Plot.PlotOptions,
): Drawing {
  const axes = { x: { ...X, ...options.x }, y: { ...Y, ...options.y } };
  const svg = Plot.plot({ document: plotDocument, className: "plot", width: WIDTH, ...FRAME, ...options, ...axes });
  const size = (name: string) => Number(svg.getAttribute(name));
  const parts = Array.from(svg.children).filter(({ localName }) => localName !== "style");
  return { title, description, width: size("width"), height: size("height"), content: html`${parts.map(elementOf)}`, legend };
}

/** An element as escaped text, its numbers to 2 digits after the point: what a screen can show. */
function elementOf(element: Element): Html {
  const name = new Html(element.localName);
  const attributes = Array.from(element.attributes, (attribute) => {
    const value = attribute.value.replace(/-?\d+\.\d{3,}(?:e-?\d+)?/g, (digits) => String(Number(Number(digits).toFixed(2))));
    return html` ${new Html(attribute.name)}="${value}"`;
  });
  const children = Array.from(element.childNodes, (node) =>
    node.nodeType === 1 ? elementOf(node as Element) : html`${node.textContent ?? ""}`,
  );
  return html`<${name}${attributes}>${children}</${name}>`;
}

/** A drawing as a figure of a page, with its legend below. */
export function figure({ title, description, width, height, content, legend }: Drawing): Html {
  const names = legend.map(
    ({ name, tone, dashed }) => html`<span><i class="b${tone}${dashed ? " dashed" : ""}"></i>${name}</span>`,
  );
  const below = names.length > 0 ? html`<p class="legend">${names}</p>` : html``;
  return html`<figure${width > WIDTH ? html` class="wide"` : html``}><figcaption>${title}</figcaption><svg class="plot" role="img" viewBox="0 0 ${width} ${height}" fill="currentColor" font-size="12" text-anchor="middle"><title>${title}</title><desc>${description}</desc>${content}</svg>${below}</figure>`;
}
