import * as fc from "fast-check";
import { gzipSync } from "fflate";
import { previewTable } from "../../src/data/preview.js";
import { inflate } from "../../src/data/readers/gunzip.js";
import { readIdxPair } from "../../src/data/readers/idx.js";
import { type ReadOptions, readDataset } from "../../src/data/readers/index.js";
import { readMat } from "../../src/data/readers/mat.js";
import { decodeNpy } from "../../src/data/readers/npy.js";
import { decodeNpz } from "../../src/data/readers/npz.js";
import { svmlightRows } from "../../src/data/readers/svmlight-rows.js";
import { suiteConfig } from "../../src/experiment/check-config.js";
import type { SuiteOptions } from "../../src/experiment/config.js";
import { decodeCheckpoint } from "../../src/io/checkpoint.js";
import { decodeSafetensors } from "../../src/io/safetensors.js";
import { crc32 } from "../../src/util/crc32.js";
import { idxPair } from "./grammar/idx.js";
import { matFile } from "./grammar/mat.js";
import { npyFile } from "./grammar/npy.js";
import { checkpointFile, safetensorsFile } from "./grammar/safetensors.js";
import { suiteText } from "./grammar/suite.js";
import { gzipFile, svmlightFile, tableFile } from "./grammar/text.js";
import { zipFile } from "./grammar/zip.js";
import { validCheckpoints } from "./models.js";

/** A file to read, and how. */
export interface Case {
  readonly bytes: Uint8Array;
  /** The ways to read it; each resolves to what was read. */
  readonly ways: readonly (() => Promise<unknown>)[];
}

/** A reader under test. */
export interface Target {
  readonly cases: fc.Arbitrary<Case>;
  /** A place, a field or an option of the caller: every refusal names one. */
  readonly place: RegExp;
  /** The sources whose coverage counts. */
  readonly sources: readonly string[];
}

/** A regular expression of these places, or of what every dataset has, packed ones among them. */
const at = (own: string) =>
  new RegExp(`${own}|after \\d+ bytes were inflated|unknown format|empty|label|class|sample|feature|value|row \\d+`);

/** What packed and sparse files may take, in these tests. */
const MAX_BYTES = 2 ** 20;
const utf8 = (text: string) => new TextEncoder().encode(text);
const total = (parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

type Way = () => Promise<unknown>;

/** Cases of what is made; what is not needed is left out of a failure's report. */
function cases<T>(from: fc.Arbitrary<T>, bytesOf: (made: T) => Uint8Array, ways: (made: T) => Way[]): fc.Arbitrary<Case> {
  return from.map((made) => ({ bytes: bytesOf(made), ways: ways(made) }));
}

const own = (bytes: Uint8Array) => bytes;
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

/** Every reader by name. */
/** Every reader by name. */
export const TARGETS: Readonly<Record<string, Target>> = {
  /** None: what the watchdog is for. */
  hang: {
    cases: cases(fc.uint8Array({ minLength: 3, maxLength: 3 }), own, () => [
      async () => {
        while (Date.now() > 0);
      },
    ]),
    place: /./,
    sources: [],
  },
  safetensors: {
    cases: cases(safetensorsFile, own, (bytes) => [async () => decodeSafetensors(bytes, "fuzz.safetensors")]),
    place: /byte \d+|tensor |header|__metadata__/,
    sources: ["src/io/safetensors.ts"],
  },
  checkpoint: {
    cases: cases(checkpointFile(validCheckpoints()), own, (bytes) => [async () => decodeCheckpoint(bytes, "fuzz.safetensors")]),
    place: /byte \d+|tensor |header|: [\w. ]+: |format|layer \d/,
    sources: ["src/io/checkpoint.ts", "src/io/checkpoint-config.ts", "src/io/checksums.ts"],
  },
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
    sources: ["csv.ts", "open-table.ts", "table-labels.ts", "cells.ts", "grid.ts", "labels.ts", "orientation.ts", "roles.ts"].map(
      (file) => `src/data/readers/${file}`,
    ),
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
    sources: ["svmlight.ts", "svmlight-rows.ts", "sparse-rows.ts", "pieces.ts", "file.ts"].map(
      (file) => `src/data/readers/${file}`,
    ),
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
    sources: ["src/data/readers/index.ts", "src/data/readers/concerns.ts"],
  },
  suite: {
    cases: cases(suiteText, utf8, (text) => [
      async () => {
        let json: unknown;
        try {
          json = JSON.parse(text);
        } catch {
          return "no JSON";
        }
        return suiteConfig(json as SuiteOptions, "fuzz", "fuzz.json");
      },
    ]),
    place:
      /fuzz\.json: .*(key|datasets?|name|seed|methods|studies|study|lrs|decays|validation|folds|removeAfter|hidden|epsilon|epochs|batch|splits|test|fixed|label|header|orientation|id|labels|group|missing|x|y|object)/,
    sources: ["src/experiment/check-config.ts"],
  },
};
