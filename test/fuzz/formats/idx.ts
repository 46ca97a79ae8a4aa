import { readIdxPair } from "../../../src/data/formats/idx.js";
import { readDataset } from "../../../src/data/read-dataset.js";
import { idxPair } from "../grammar/idx.js";
import { at, cases, total } from "../target.js";
import type { Grammar } from "./grammar.js";

export const idx: Grammar = {
  file: idxPair.map(([first]) => first),
  targets: {
    idx: {
      cases: cases(idxPair, total, (files) => [
        async () => readIdxPair(files.map((bytes, k) => ({ name: `fuzz-${k}`, bytes }))),
        async () =>
          readIdxPair(
            files.map((bytes, k) => ({ name: `fuzz-${k}`, bytes })),
            { label: null, missing: "median" },
          ),
        () =>
          readDataset(
            files.map((bytes, k) => ({ name: `fuzz-${k}-idx${k}-ubyte`, bytes })),
            { classes: ["0", "1", "2"] },
          ),
      ]),
      place: at("byte \\d+|bytes|dimensions"),
      sources: ["src/data/formats/idx.ts"],
    },
  },
};
