import type * as fc from "fast-check";
import { previewTable, type ReadOptions } from "../../../src/data/read-dataset.js";
import { arffFile, gctFile, geoFile } from "../grammar/tabular.js";
import { xlsxFile } from "../grammar/xlsx.js";
import { at, cases, MAX_BYTES, own, utf8, type Way } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

const SHEET = { name: "labels.csv", bytes: utf8("id,kind\nS0,a\nS1,b\nS2,a\nS3,b\n") };

/** Files that are tables in other words are read with each of these options, and previewed. */
function grammarOf(
  name: string,
  ext: string,
  file: fc.Arbitrary<Uint8Array>,
  sources: string[],
  ways: readonly ReadOptions[],
): Grammar {
  const read = (bytes: Uint8Array): Way[] => [
    ...ways.map((options) => dataset(`fuzz${ext}`, { missing: "median", ...options })(bytes)),
    () => previewTable(bytes, `fuzz${ext}`, { maxBytes: MAX_BYTES }),
  ];
  const place = at(
    "line \\d+|byte|column|option|cell|ID|UTF-8|Latin|group|row|attribute|truncated|table|sheet|XML|part|directory|zip|CRC|inflates|overlap",
  );
  return { file, targets: { [name]: { cases: cases(file, own, read), place, sources } } };
}

export const arff = grammarOf(
  "arff",
  ".arff",
  arffFile,
  ["src/data/formats/arff/"],
  [{}, { label: "class", group: "c", ignore: ["b"] }, { label: null, ignore: ["c", "class"] }],
);
export const gct = grammarOf(
  "gct",
  ".gct",
  gctFile,
  ["src/data/formats/gct.ts", "src/data/formats/table/tabular.ts"],
  [{}, { label: "status" }, { labels: SHEET }],
);
export const geo = grammarOf(
  "geo",
  "_series_matrix.txt",
  geoFile,
  ["src/data/formats/geo.ts"],
  [{}, { label: "status", group: "title" }, { label: "characteristics_ch1" }, { labels: SHEET }, { label: null }],
);
export const xlsx = grammarOf(
  "xlsx",
  ".xlsx",
  xlsxFile,
  ["src/data/formats/xlsx/"],
  [{ maxBytes: MAX_BYTES }, { maxBytes: MAX_BYTES, sheet: "B & C", ignore: ["a"] }, { maxBytes: MAX_BYTES, label: null }],
);
