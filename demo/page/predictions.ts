import type { ModelInfo } from "../worker/model.js";
import type { FilePrediction } from "../worker/model-predict.js";
import { download, h, noteLines, scrollBox } from "./dom.js";
import { count } from "./format.js";
import { originOf, originWords } from "./model-origin.js";
import { savedName } from "./origin.js";

/** Columns that are shown: the file has all. */
const COLUMNS_SHOWN = 32;

/** The first predictions, or encodings, and all of them as a file like that of `coppice predict`, or `coppice encode`. */
export function predictionTable(
  { samples, columns, first, csv, notes }: FilePrediction,
  file: string,
  model: ModelInfo | undefined,
  encoded: boolean,
): Node[] {
  const name = savedName(
    originOf(model),
    `${encoded ? "encodings" : "predictions"}_${file.replace(/(\.\w+)?(\.gz)?$/i, "")}`,
    "csv",
  );
  const save = () => download(name, csv, "text/csv");
  const shown = columns.slice(0, COLUMNS_SHOWN);
  const text = (cell: string | number) =>
    typeof cell === "number" && !Number.isInteger(cell) ? cell.toPrecision(6) : String(cell);
  const cut = [
    samples > first.length && `the first ${first.length} samples`,
    shown.length < columns.length && `the first ${shown.length} of ${count(columns.length, "column")}`,
  ].filter(Boolean);
  return [
    h(
      "p",
      {},
      `${count(samples, "sample")} of ${file}, ${encoded ? "encoded" : "predicted"} by ${originWords(model)}. `,
      h("button", { id: "predictions-csv", onclick: save }, "Download as CSV"),
    ),
    ...noteLines(notes),
    scrollBox(
      encoded ? "Encodings" : "Predictions",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...shown.map((one) => h("th", { scope: "col" }, one)))),
        h(
          "tbody",
          {},
          ...first.map((cells) => h("tr", {}, ...cells.slice(0, COLUMNS_SHOWN).map((cell) => h("td", {}, text(cell))))),
        ),
      ),
    ),
    cut.length > 0 && h("p", { class: "hint" }, `Shown: ${cut.join(", and of these ")}.`),
  ].filter((node): node is HTMLParagraphElement | HTMLDivElement => node !== false);
}
