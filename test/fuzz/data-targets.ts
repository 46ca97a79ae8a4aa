import * as fc from "fast-check";
import { gzipSync } from "fflate";
import { previewTable, type ReadOptions, readDataset } from "../../src/data/read-dataset.js";
import { inflate } from "../../src/data/readers/gunzip.js";
import { readIdxPair } from "../../src/data/readers/idx.js";
import { readMat } from "../../src/data/readers/mat.js";
import { decodeNpy } from "../../src/data/readers/npy.js";
import { decodeNpz } from "../../src/data/readers/npz.js";
import { svmlightRows } from "../../src/data/readers/svmlight-rows.js";
import { crc32 } from "../../src/util/crc32.js";
import { idxPair } from "./grammar/idx.js";
import { matFile } from "./grammar/mat.js";
import { npyFile } from "./grammar/npy.js";
import { safetensorsFile } from "./grammar/safetensors.js";
import { gzipFile, svmlightFile, tableFile } from "./grammar/text.js";
import { zipFile } from "./grammar/zip.js";
import { at, cases, MAX_BYTES, own, type Target, total, type Way } from "./target.js";

const dataset =
  (name: string, options: ReadOptions = {}) =>
  (bytes: Uint8Array): Way =>
  () =>
    readDataset([{ name, bytes }], { maxBytes: MAX_BYTES, ...options });

async function drain(blocks: Iterable<Uint8Array>, unlabelled: boolean): Promise<unknown> {
  const chunks = [];
  for await (const chunk of svmlightRows(blocks, "fuzz.svmlight", unlabelled)) chunks.push(chunk);
  return chunks;
}

const blocksOf = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, k) => bytes.subarray(k * size, (k + 1) * size));

const OPTIONS: readonly ReadOptions[] = [
  ...[{}, {}, {}, { label: null }, { ignoreLabels: true }, { x: "X" }, { label: "class" }, { header: true }, { group: 0 }],
  { orientation: "rows" },
  { labels: { name: "labels.bin", bytes: new Uint8Array(9) } },
  { extra: 1 } as ReadOptions,
];

/** Files of every format under any name, with options that concern only some of them. */
const anyFile = fc.record({
  bytes: fc.oneof(
    ...[npyFile, zipFile, matFile, gzipFile, safetensorsFile],
    idxPair.map(([first]) => first),
    tableFile.map(({ table }) => table),
    svmlightFile.map(({ file }) => file),
  ),
  second: fc.oneof(
    { weight: 4, arbitrary: fc.constant(null) },
    {
      weight: 1,
      arbitrary: fc.oneof(
        npyFile,
        idxPair.map(([first]) => first),
      ),
    },
  ),
  name: fc.constantFrom(
    "",
    ".npy",
    ".npz",
    ".mat",
    ".csv",
    ".tsv.gz",
    ".svmlight",
    "-labels-idx1-ubyte",
    ".txt",
    ".parquet",
    ".xlsx",
  ),
  packed: fc.nat(5),
  option: fc.constantFrom(...OPTIONS),
});

/** What reads datasets, by name. */
export const DATA = {
  mat: {
    cases: cases(
      fc.tuple(
        matFile,
        fc.constantFrom(undefined, undefined, undefined, undefined, undefined, "g"),
        fc.constantFrom<"auto" | "columns">("auto", "auto", "auto", "auto", "auto", "columns"),
      ),
      ([bytes]) => bytes,
      ([bytes, group, orientation]) => [() => readMat(bytes, "fuzz.mat", { group, orientation, maxBytes: MAX_BYTES })],
    ),
    place: at("byte \\d+|bytes \\d+ and|variable|the header"),
    sources: ["src/data/readers/mat.ts", "src/data/readers/mat-element.ts"],
  },
  npy: {
    cases: cases(npyFile, own, (bytes) => [
      async () => decodeNpy(bytes, "fuzz.npy"),
      dataset("fuzz.npy", { label: null })(bytes),
      dataset("fuzz.npy")(bytes),
    ]),
    place: at("byte \\d+|bytes 0"),
    sources: ["src/data/readers/npy.ts", "src/data/readers/npy-header.ts"],
  },
  npz: {
    cases: cases(fc.oneof({ weight: 12, arbitrary: zipFile }, { weight: 1, arbitrary: npyFile }), own, (bytes) => {
      const labels = { name: "again.npz", bytes };
      const ways: Way[] = [
        () => decodeNpz(bytes, "fuzz.npz", MAX_BYTES),
        dataset("fuzz.npz")(bytes),
        dataset("fuzz.npz", { x: "x_train", y: "labels", group: "g" })(bytes),
        dataset("fuzz.npz", { x: "X", label: null })(bytes),
        () => readDataset([{ name: "fuzz.npz", bytes }, labels], { maxBytes: MAX_BYTES }),
      ];
      // all would take the time of all
      return [ways[0], ways[1 + (crc32(bytes) % 4)]];
    }),
    place: at("byte \\d+|array|option|groups|indptr"),
    sources: ["src/data/readers/zip.ts", "src/data/readers/npz.ts", "src/data/readers/numpy.ts", "src/data/readers/scipy.ts"],
  },
  csv: {
    cases: cases(
      tableFile,
      ({ table, sheet }) => total(sheet ? [table, sheet] : [table]),
      ({ table, sheet, options }) => {
        const read = { ...options, ...(sheet && { labels: { name: "labels.csv", bytes: sheet } }) } as ReadOptions;
        return [dataset("fuzz.csv", read)(table), () => previewTable(table, "fuzz.csv", read)];
      },
    ),
    place: at("byte|column|option|cell|ID|UTF-8|group|row"),
    sources: [
      "csv.ts",
      "open-table.ts",
      "table-labels.ts",
      "cells.ts",
      "grid.ts",
      "labels.ts",
      "orientation.ts",
      "roles.ts",
      "header.ts",
      "identifiers.ts",
    ].map((file) => `src/data/readers/${file}`),
  },
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
    sources: ["src/data/readers/idx.ts"],
  },
  svmlight: {
    cases: cases(
      svmlightFile,
      ({ file }) => file,
      ({ file, block, unlabelled, featureNames }) => [
        () => drain(blocksOf(file, block), unlabelled),
        dataset("fuzz.svmlight", { ...(unlabelled && { label: null }), featureNames, missing: "median" })(file),
        () => readDataset([{ name: "fuzz.svmlight", bytes: new Blob([file.slice()]) }], { maxBytes: MAX_BYTES }),
      ],
    ),
    place: at("line \\d+ at byte \\d+|lines|indices"),
    sources: ["svmlight.ts", "svmlight-rows.ts", "sparse-rows.ts", "pieces.ts"].map((file) => `src/data/readers/${file}`),
  },
  gunzip: {
    cases: cases(gzipFile, own, (bytes) => [
      () => inflate(bytes, "gzip", "fuzz.gz", { maxBytes: MAX_BYTES }),
      dataset("fuzz.csv.gz", { maxBytes: crc32(bytes) % 4 === 0 ? 100 : MAX_BYTES })(bytes),
    ]),
    place: at("compressed bytes|column|row"),
    sources: ["src/data/readers/gunzip.ts"],
  },
  dataset: {
    cases: cases(
      anyFile,
      ({ bytes, second }) => total(second ? [bytes, second] : [bytes]),
      ({ bytes, second, name, packed, option }) => [
        () => {
          const first = { name: `fuzz${name}`, bytes: packed === 0 ? gzipSync(bytes) : bytes };
          return readDataset(second ? [first, { name: "fuzz-2", bytes: second }] : [first], { maxBytes: MAX_BYTES, ...option });
        },
      ],
    ),
    place: /./,
    sources: [
      "src/data/readers/file.ts",
      "src/data/read-dataset.ts",
      "src/data/formats/find-format.ts",
      "src/data/formats/concerns.ts",
    ],
  },
} satisfies Readonly<Record<string, Target>>;
