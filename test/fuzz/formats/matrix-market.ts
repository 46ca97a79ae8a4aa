import { type ReadOptions, readDataset } from "../../../src/data/read-dataset.js";
import { mtxFile, mtxFiles } from "../grammar/mtx.js";
import { at, cases, MAX_BYTES, utf8 } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

export const matrixMarket: Grammar = {
  file: mtxFile,
  targets: {
    mtx: {
      cases: cases(
        mtxFiles,
        ({ matrix, archive }) => archive ?? matrix,
        ({ matrix, archive, beside, second, orientation, unlabelled, sheet, told }) => {
          const options: ReadOptions = {
            orientation,
            maxBytes: MAX_BYTES,
            missing: "median",
            ...(unlabelled && { ignoreLabels: true }),
            ...told,
            ...(sheet && { labels: { name: "fuzz-sheet.csv", bytes: utf8(sheet) } }),
          };
          const files = [
            { name: "fuzz.mtx", bytes: matrix },
            ...beside.map(([name, content]) => ({ name, bytes: utf8(content) })),
            ...(second === 0 ? [{ name: "fuzz-2.mtx", bytes: matrix }] : []),
          ];
          if (archive) return [() => readDataset([{ name: "fuzz.zip", bytes: archive }], options)];
          return [dataset("fuzz.mtx", { label: null, orientation })(matrix), () => readDataset(files, options)];
        },
      ),
      place: at(
        "byte \\d+|directory|zip|inflates|overlap|CRC|line \\d+|sizes|barcodes|features|matri|byte|option|ID|Latin|column",
      ),
      sources: ["src/data/formats/matrix-market/", "src/data/formats/table/label-file.ts"],
    },
  },
};
