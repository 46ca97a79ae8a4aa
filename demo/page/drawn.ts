import { type Drawing, figure } from "../../src/report/charts/chart.js";
import { svgFile } from "../../src/report/charts/svg-file.js";
import { h } from "./dom.js";
import type { Origin } from "./origin.js";
import { pictureFiles } from "./picture-files.js";
import "./drawn.css";

// Loaded when charts of a report are asked for, with the library that draws them.

/** What the files of a chart are called by: what it comes of, and what it is, without which its title says it; and buttons for other files. */
export interface Files {
  readonly origin: Origin;
  readonly what?: string;
  readonly others?: readonly HTMLElement[];
}

/** Places of charts, each filled when the page has nothing else to do, as drawing takes a moment; null has nothing to show. */
export function drawn(charts: readonly (() => Drawing | null)[], files: Files): HTMLElement {
  return h("div", { class: "drawn" }, ...charts.map((draw) => placeOf(draw, files)));
}

function placeOf(draw: () => Drawing | null, { origin, what, others }: Files): HTMLElement {
  const place = h("div");
  setTimeout(() => {
    const drawing = draw();
    if (!drawing) return place.remove();
    place.innerHTML = figure(drawing).text; // escaped there
    for (const part of place.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label"); // the picture has one of its own
    place.append(
      pictureFiles(
        () => origin,
        what ?? drawing.title,
        () => svgFile(drawing),
        others,
      ),
    );
  });
  return place;
}
