import * as fc from "fast-check";
import { decodeNpy } from "../../../src/data/formats/numpy/npy.js";
import { readDataset } from "../../../src/data/read-dataset.js";
import { crc32 } from "../../../src/util/crc32.js";
import { decodeNpz } from "../../decode-npz.js";
import { encode } from "../fields.js";
import { npyFields, npyFile } from "../grammar/npy.js";
import { zipFile } from "../grammar/zip.js";
import { at, cases, MAX_BYTES, own, type Way } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

const npy = (shape: string, values: readonly number[]) =>
  encode(npyFields(1, "<f8", "False", shape, new Uint8Array(Float64Array.from(values).buffer)));

/** Labels of one to six samples, some one-hot, some columns. */
const LABELS = Array.from({ length: 18 }, (_, k) => {
  const rows = 1 + (k % 6);
  if (k < 6)
    return npy(
      `(${rows},)`,
      Array.from({ length: rows }, (_, i) => i % 2),
    );
  if (k < 12)
    return npy(
      `(${rows}, 2)`,
      Array.from({ length: 2 * rows }, (_, i) => Number((i >> 1) % 2 === i % 2)),
    );
  return npy(
    `(${rows}, 1)`,
    Array.from({ length: rows }, (_, i) => i + 0.5),
  );
});

/** Samples, and labels that may go with them. */
function pairOf(bytes: Uint8Array) {
  const [which, name] = [LABELS[crc32(bytes) % LABELS.length], ["fuzz", "fuzz_X", "fuzz_y"][(crc32(bytes) >>> 10) % 3]];
  return [
    { name: "fuzz.npz", bytes },
    { name: `${name}.npy`, bytes: which },
  ];
}

export const numpy: Grammar = {
  file: fc.oneof(npyFile, zipFile),
  targets: {
    npy: {
      cases: cases(npyFile, own, (bytes) => [
        async () => decodeNpy(bytes, "fuzz.npy"),
        dataset("fuzz.npy", { label: null })(bytes),
        dataset("fuzz.npy")(bytes),
      ]),
      place: at("byte \\d+|bytes 0"),
      sources: ["npy.ts", "npy-header.ts"].map((file) => `src/data/formats/numpy/${file}`),
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
          dataset("fuzz.npz", { part: crc32(bytes) % 2 ? "test" : "validation" })(bytes),
          dataset("fuzz.npz", { label: null })(bytes),
          dataset("fuzz.npz", { group: "ids", numeric: true })(bytes),
          () => readDataset(pairOf(bytes), { maxBytes: MAX_BYTES }),
          () => readDataset(pairOf(bytes).toReversed(), { maxBytes: MAX_BYTES, label: null }),
        ];
        // all would take the time of all
        return [ways[0], ways[1 + ((crc32(bytes) >>> 5) % (ways.length - 1))]];
      }),
      place: at("byte \\d+|array|option|groups|indptr"),
      sources: ["zip.ts", "npz.ts", "numpy.ts", "scipy.ts"].map((file) => `src/data/formats/numpy/${file}`),
    },
  },
};
