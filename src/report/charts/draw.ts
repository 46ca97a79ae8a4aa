import * as Plot from "@observablehq/plot";
import { Html, html } from "../html.js";
import { type Drawing, WIDTH } from "./chart.js";
import { plotDocument } from "./document.js";

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
