import * as fc from "fast-check";
import { openLibrary } from "../../../src/data/formats/hdf5/library.js";
import { type ReadOptions, readDataset } from "../../../src/data/read-dataset.js";
import { hdf5File } from "../grammar/hdf5.js";
import { at, cases, MAX_BYTES } from "../target.js";
import type { Grammar } from "./grammar.js";

const OPTIONS: readonly ReadOptions[] = [
  ...[{}, {}, {}, {}, { label: null }, { label: "label" }, { target: ["n"] }, { label: "flag", group: "n" }, { label: "state" }],
  ...[{ x: "raw/X" }, { x: "layers/c", label: null }, { x: "S" }, { x: "data.X", y: "data.y" }, { x: "g/X", y: "g/t" }],
  ...[{ x: "X", orientation: "columns" as const, label: null }, { x: "nothing" }],
  { labels: { name: "labels.csv", bytes: new TextEncoder().encode("id,label\ns0,a\ns1,b\ns2,a\ns3,b\n") } },
];

/** The library asks for more memory than it may take. */
async function beyond(): Promise<void> {
  const run = await openLibrary("fuzz.h5", MAX_BYTES);
  run("much", (library) => {
    if (library._malloc(2 ** 26) === 0) throw new Error("there is no room");
  });
}

export const hdf5: Grammar = {
  file: hdf5File,
  targets: {
    hdf5: {
      cases: cases(
        fc.tuple(hdf5File, fc.constantFrom(...OPTIONS)),
        ([bytes]) => bytes,
        ([bytes, options]) => [
          () => readDataset([{ name: "fuzz.h5", bytes: bytes.slice() }], { maxBytes: MAX_BYTES, missing: "median", ...options }),
          beyond,
        ],
      ),
      prepare: () => openLibrary("fuzz", MAX_BYTES),
      place: at("/|the file|variable|attribute|option|matrix|column|holds|byte \\d+"),
      sources: ["src/data/formats/hdf5/"],
    },
  },
};
