import { attempt, download, h } from "./dom.js";
import { loaded } from "./loaded.js";
import { type Origin, savedName } from "./origin.js";

/** Buttons that save a picture as SVG and as PNG, and others beside them. `svg` makes the file when it is asked for; `what` is what it is called. */
export function pictureFiles(
  origin: () => Origin,
  what: string,
  svg: () => string | Promise<string>,
  others: readonly HTMLElement[] = [],
): HTMLElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const png = async (file: string) =>
    (await loaded(import("./png.js"), "makes a PNG", "the picture can be saved as SVG")).pngOf(file);
  const save = (ending: string, type: string, content: (file: string) => string | Promise<Blob>) =>
    saveButton(what, ending, () =>
      attempt(error, async () => download(savedName(origin(), what, ending), await content(await svg()), type)),
    );
  return h(
    "div",
    { class: "files" },
    h(
      "div",
      { class: "row" },
      save("svg", "image/svg+xml", (file) => file),
      save("png", "image/png", png),
      ...others,
    ),
    error,
  );
}

/** A small button that saves a file of that kind. */
export function saveButton(what: string, ending: string, work: () => unknown): HTMLElement {
  const name = ending.toUpperCase();
  return h(
    "button",
    { class: "small", "data-save": `${what}-${ending}`, "aria-label": `${what} as ${name}`, onclick: () => void work() },
    name,
  );
}
