import { openFile } from "../../../src/data/formats/file.js";
import { tellLabels } from "../../../src/data/formats/table/tell-labels.js";
import { previewTable, type ReadOptions } from "../../../src/data/read-dataset.js";
import { tableFile } from "../grammar/table.js";
import { at, cases, total, type Way } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

export const table: Grammar = {
  file: tableFile.map(({ made }) => made.table),
  targets: {
    csv: {
      cases: cases(
        tableFile,
        ({ made, sheet }) => total(sheet ? [made.table, sheet] : [made.table]),
        ({ made: { table: file, options }, sheet }) => {
          const read = { ...options, ...(sheet && { labels: { name: "labels.csv", bytes: sheet } }) } as ReadOptions;
          const ways: Way[] = [dataset("fuzz.csv", read)(file), () => previewTable(file, "fuzz.csv", read)];
          return sheet ? [...ways, tell(file, sheet)] : ways;
        },
      ),
      place: at("byte|column|option|cell|ID|UTF-8|group|row|Latin|unknown format"),
      sources: ["src/data/formats/table/"],
    },
  },
};

/** Tells which of two tables holds the labels, as the page does of two files at once. */
const tell =
  (file: Uint8Array, sheet: Uint8Array): Way =>
  async () =>
    tellLabels([await openFile({ name: "fuzz.csv", bytes: file }), await openFile({ name: "labels.csv", bytes: sheet })]);
