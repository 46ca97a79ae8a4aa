import type { FilePrediction, ModelInfo } from "../worker/model.js";
import { csvOf } from "./csv.js";
import { download, h, noteLines, scrollBox } from "./dom.js";
import { capital, count } from "./format.js";
import { originOf, originWords } from "./model-origin.js";
import { savedName } from "./origin.js";

const ROWS_SHOWN = 20;
/** Columns of probabilities that are shown: the file has all. */
const CLASSES_SHOWN = 30;

/** The first predictions, and all of them as a file like that of `coppice predict`. */
export function predictionTable(
  { ids, classes, labels, probabilities, notes }: FilePrediction,
  file: string,
  model: ModelInfo | undefined,
): Node[] {
  const row = (i: number) => [
    ...(ids ? [ids[i]] : []),
    labels[i],
    ...Array.from(probabilities.subarray(i * classes.length, (i + 1) * classes.length), (p) => p.toPrecision(6)),
  ];
  const header = [...(ids ? ["id"] : []), "predicted", ...classes];
  const name = savedName(originOf(model), `predictions_${file.replace(/(\.\w+)?(\.gz)?$/i, "")}`, "csv");
  const save = () => download(name, csvOf([header, ...labels.map((_, i) => row(i))]), "text/csv");
  const width = header.length - classes.length + Math.min(classes.length, CLASSES_SHOWN);
  const shown = labels.slice(0, ROWS_SHOWN).map((_, i) => row(i).slice(0, width));
  const cut = [
    labels.length > ROWS_SHOWN && `The first ${ROWS_SHOWN} are shown`,
    width < header.length && `the probabilities of the first ${CLASSES_SHOWN} of ${count(classes.length, "class", "classes")}`,
  ].filter(Boolean);
  return [
    h(
      "p",
      {},
      `${count(labels.length, "sample")} of ${file}, predicted by ${originWords(model)}. `,
      h("button", { id: "predictions-csv", onclick: save }, "Download as CSV"),
    ),
    ...noteLines(notes),
    scrollBox(
      "Predictions",
      h(
        "table",
        {},
        h("thead", {}, h("tr", {}, ...header.slice(0, width).map((name) => h("th", { scope: "col" }, name)))),
        h("tbody", {}, ...shown.map((cells) => h("tr", {}, ...cells.map((text) => h("td", {}, text))))),
      ),
    ),
    cut.length > 0 && h("p", { class: "hint" }, `${capital(cut.join(", with "))}.`),
  ].filter((node): node is HTMLParagraphElement | HTMLDivElement => node !== false);
}
