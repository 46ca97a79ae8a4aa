import { previewTable, type ReadOptions } from "../../../src/data/read-dataset.js";
import { tableFile } from "../grammar/text.js";
import { at, cases, total } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

export const table: Grammar = {
  file: tableFile.map(({ table: file }) => file),
  targets: {
    csv: {
      cases: cases(
        tableFile,
        ({ table: file, sheet }) => total(sheet ? [file, sheet] : [file]),
        ({ table: file, sheet, options }) => {
          const read = { ...options, ...(sheet && { labels: { name: "labels.csv", bytes: sheet } }) } as ReadOptions;
          return [dataset("fuzz.csv", read)(file), () => previewTable(file, "fuzz.csv", read)];
        },
      ),
      place: at("byte|column|option|cell|ID|UTF-8|group|row|Latin"),
      sources: [
        ...["cells", "column-names", "csv", "fields", "grid", "header", "identifiers", "label-sheet", "open-table"],
        ...["orientation", "preview", "roles", "table", "table-labels", "text"],
      ].map((file) => `src/data/formats/table/${file}.ts`),
    },
  },
};
