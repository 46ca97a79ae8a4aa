import { type Drawing, figure } from "../../src/report/charts/index.js";
import { h } from "./dom.js";
import "./drawn.css";

// Loaded when charts of a report are asked for, with the library that draws them.

/** Places of charts, each filled when the page has nothing else to do, as drawing takes a moment; null has nothing to show. */
export function drawn(charts: readonly (() => Drawing | null)[]): HTMLElement {
  return h("div", { class: "drawn" }, ...charts.map(placeOf));
}

function placeOf(draw: () => Drawing | null): HTMLElement {
  const place = h("div");
  setTimeout(() => {
    const drawing = draw();
    if (!drawing) return place.remove();
    place.innerHTML = figure(drawing).text; // escaped there
    for (const part of place.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label"); // the picture has one of its own
  });
  return place;
}
