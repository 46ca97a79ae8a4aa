import { type Drawing, svgFile } from "../../../src/report/charts/index.js";
import { csvOf } from "../csv.js";
import { attempt, download, h } from "../dom.js";
import { drawn } from "../drawn.js";
import { type Origin, savedName } from "../origin.js";
import { pngOf } from "../png.js";

/** A drawing, and buttons that save it as SVG or PNG, and what it is of as CSV. */
export function takeable(drawing: Drawing, origin: Origin, what: string, rows: () => (string | number)[][]): HTMLElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const save = (ending: string, type: string, content: () => string | Promise<Blob>) => {
    const work = async () => download(savedName(origin, what, ending), await content(), type);
    const name = ending.toUpperCase();
    return h(
      "button",
      { "data-save": `${what}-${ending}`, "aria-label": `${what} as ${name}`, onclick: () => void attempt(error, work) },
      name,
    );
  };
  return h(
    "div",
    {},
    drawn([() => drawing]),
    h(
      "div",
      { class: "row" },
      save("svg", "image/svg+xml", () => svgFile(drawing)),
      save("png", "image/png", () => pngOf(svgFile(drawing))),
      save("csv", "text/csv", () => csvOf(rows())),
    ),
    error,
  );
}
