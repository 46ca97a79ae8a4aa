import * as fc from "fast-check";
import { decodeNpy } from "../../../src/data/formats/numpy/npy.js";
import { readDataset } from "../../../src/data/read-dataset.js";
import { crc32 } from "../../../src/util/crc32.js";
import { decodeNpz } from "../../decode-npz.js";
import { npyFile } from "../grammar/npy.js";
import { zipFile } from "../grammar/zip.js";
import { at, cases, MAX_BYTES, own, type Way } from "../target.js";
import { dataset, type Grammar } from "./grammar.js";

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
        ];
        // all would take the time of all
        return [ways[0], ways[1 + (crc32(bytes) % 4)]];
      }),
      place: at("byte \\d+|array|option|groups|indptr"),
      sources: ["zip.ts", "npz.ts", "numpy.ts", "scipy.ts"].map((file) => `src/data/formats/numpy/${file}`),
    },
  },
};
