import { download, h } from "./dom.js";
import { NO_ORIGIN, savedName } from "./origin.js";

type Pick = (files: readonly File[]) => void;

/** A table that is read as it is: a sample a row, an ID, features, and the class last. */
const TEMPLATE = `sample,age,marker 1,marker 2,marker 3,class
P1,51,2.41,0.85,13.2,healthy
P2,64,3.97,0.41,11.9,ill
P3,47,2.18,0.93,12.7,healthy
P4,58,4.25,0.37,14.1,ill
P5,39,2.63,0.78,13.8,healthy
P6,70,3.74,0.52,12.3,ill
P7,55,2.29,0.88,11.6,healthy
P8,62,4.08,0.44,13.5,ill
`;

/** Cells as a file, which goes the way of any other: the reader tells by what they are parted, in spreadsheets by tabs. */
const asFile = (text: string) => new File([text], "pasted.tsv", { type: "text/tab-separated-values" });

/** A box to paste cells into, for those without a keyboard too, and a table to fill in. */
export function createPaste(pick: Pick): HTMLElement {
  const box = h("textarea", {
    id: "data-cells",
    rows: 3,
    spellcheck: false,
    wrap: "off",
    "aria-label": "Cells of a spreadsheet",
  });
  const read = () => box.value.trim() && pick([asFile(box.value)]);
  const template = () => download(savedName(NO_ORIGIN, "coppice-template", "csv"), TEMPLATE, "text/csv");
  return h(
    "details",
    { id: "data-paste", class: "hint" },
    h("summary", {}, "Paste from a spreadsheet"),
    h("p", {}, "Copy cells with their headings, and press Ctrl+V anywhere on this page; or paste them here."),
    box,
    h(
      "div",
      { class: "row" },
      h("button", { id: "data-paste-read", onclick: read }, "Read these cells"),
      h("button", { id: "data-template", onclick: template }, "Download a template"),
    ),
  );
}

/** Cells or files that are pasted anywhere but into a field are taken; a single cell is none. */
export function acceptPastes(pick: Pick): void {
  document.addEventListener("paste", (event) => {
    const { target, clipboardData } = event;
    if (!clipboardData || (target as Element).closest?.("input, textarea, select")) return;
    const text = clipboardData.getData("text/plain");
    const cells = /[\t\n]/.test(text.trim());
    const files = text ? [] : [...clipboardData.files]; // spreadsheets add a picture of the cells
    if (!cells && files.length === 0) return;
    event.preventDefault();
    pick(cells ? [asFile(text)] : files);
  });
}
