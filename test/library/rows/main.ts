import { encodeCheckpoint } from "../../../src/api/index.js";
import { detached, WRONG } from "../wrong.js";
import { DATASET, device, file, LISTS, MODEL, type Rows, STORAGE, saved, set } from "./right.js";

/** The functions of `coppice`. */
export const OF_MAIN: Rows = {
  makeDataset: {
    args: [{ name: "t", x: [1, 2, 3, 4], labels: ["a", "b"], features: 2 }],
    wrong: [
      {
        name: WRONG.text,
        x: [...LISTS, "abcd", [1, 2, 3], [1, 2, "3", 4], [1, 2, null, 4], detached(), new ArrayBuffer(16)],
        labels: [5, true, "ab", {}, [null, "a"], [undefined, "a"], [{}, "a"], ["", "a"], [Number.NaN, 1], ["a"]],
        features: [...WRONG.count, 0, 3],
        imageShape: [null, "1x2", [2], [1, 2, 1], [2, 2], [0, 0], ["1", "2"]],
        classes: [...WRONG.texts, []],
        featureNames: [...WRONG.texts, ["a"]],
        ids: [...WRONG.texts, ["a"], ["a", "a"]],
        groups: [...WRONG.texts, ["a"]],
        notes: WRONG.texts,
        missing: WRONG.name,
        lables: [["a", "b"]],
      },
    ],
  },
  digits: { args: [], wrong: [] },
  readDataset: {
    args: [[file], {}],
    wrong: [
      [...LISTS, file, [null], [{}], [{ name: "a" }], [{ name: "a.csv", bytes: "text" }], [{ name: 5, bytes: file.bytes }], []],
      {
        name: WRONG.text,
        orientation: WRONG.name,
        header: WRONG.boolean,
        label: [true, -1, 0.5, {}, "none"],
        ignoreLabels: WRONG.boolean,
        id: [true, {}, "none"],
        labels: [null, 5, {}],
        extraLabels: WRONG.boolean,
        group: [true, {}, "none"],
        ignore: [5, "a", [true]],
        missing: WRONG.name,
        featureNames: WRONG.texts,
        x: WRONG.text,
        y: WRONG.text,
        classes: WRONG.texts,
        maxBytes: [null, -1, Number.NaN, "1GB"],
        lable: ["class"],
      },
    ],
  },
  createCpuDevice: {
    args: [{ threads: 1 }],
    wrong: [
      {
        precision: [null, 16, "32"],
        simd: WRONG.boolean,
        threads: [...WRONG.count, 0],
        tread: [1],
        plannedBytes: [null, -1, "1", Number.NaN],
        memoryBytes: [null, -1, "1", Number.NaN],
        bindingBytes: [null, -1, "1"],
      },
    ],
  },
  createWebgpuDevice: {
    args: [],
    wrong: [{ gpuDevice: [null, 5, {}], powerPreference: WRONG.name, memoryBytes: [null, -1, "1"], bindingBytes: ["1"], x: [1] }],
  },
  encodeCheckpoint: {
    args: [saved, { quantise: "f16" }],
    wrong: [MODEL, [null, "f16", { quantise: "int4" }, { quantize: "f16" }]],
  },
  decodeCheckpoint: { args: [encodeCheckpoint(saved), "m"], wrong: [[...WRONG.bytesArray, new Uint8Array(4)], WRONG.text] },
  encode: {
    args: [device, saved, set.x],
    wrong: [WRONG.device, MODEL, [...LISTS, Float32Array.of(1)], { layer: [null, 0, 99, "1", Number.NaN], layr: [1] }],
  },
  explain: {
    args: [device, saved, set.x],
    wrong: [WRONG.device, MODEL, [...LISTS, Float32Array.of(1)], { output: [null, "x", 1], outputs: [1] }],
  },
  measure: {
    args: [device, saved, { ...set, classes: ["a", "b", "c"] }, { boxes: [] }],
    wrong: [
      WRONG.device,
      MODEL,
      DATASET,
      { boxes: [null, 1, [0]], iterations: WRONG.count, bound: [1], steps: [0], prior: ["x"], box: [1] },
    ],
  },
  loadModel: { args: [device, saved], wrong: [WRONG.device, MODEL, WRONG.function] },
  storageTuning: { args: [STORAGE, "key"], wrong: [[...WRONG.object, {}], WRONG.text] },
};
