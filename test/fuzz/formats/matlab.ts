import * as fc from "fast-check";
import { readDataset } from "../../../src/data/read-dataset.js";
import { matFile } from "../grammar/mat.js";
import { at, cases, MAX_BYTES } from "../target.js";
import type { Grammar } from "./grammar.js";

export const matlab: Grammar = {
  file: matFile,
  targets: {
    mat: {
      cases: cases(
        fc.tuple(
          matFile,
          fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "g"),
          fc.constantFrom<"auto" | "columns">("auto", "auto", "auto", "auto", "auto", "columns"),
        ),
        ([bytes]) => bytes,
        ([bytes, group, orientation]) => [
          () => readDataset([{ name: "fuzz.mat", bytes }], { group, orientation, maxBytes: MAX_BYTES }),
        ],
      ),
      place: at("byte \\d+|bytes \\d+ and|variable|the header|cell \\d+|line \\d+"),
      sources: ["src/data/formats/matlab/", "src/data/formats/triplets.ts"],
    },
  },
};
