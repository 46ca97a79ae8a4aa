import { fitStandardizer } from "../../../src/api/data.js";
import { WRONG } from "../wrong.js";
import { DATASET, file, LISTS, type Rows, set, x } from "./right.js";

/** The functions of `coppice/data`. */
export const OF_DATA: Rows = {
  alignClasses: { args: [set, ["0", "1", "2"]], wrong: [DATASET, [...WRONG.texts, ["0"]]] },
  alignFeatures: {
    args: [{ ...set, featureNames: ["a", "b", "c", "d"] }, ["b", "a"]],
    wrong: [DATASET, [...WRONG.texts, ["x"]]],
  },
  fillAbsent: {
    args: [{ ...set, featureNames: ["a", "b", "c", "d"] }, { featureNames: ["b", "a"], input: null }, 0.1],
    wrong: [DATASET, { featureNames: [...WRONG.texts, ["x"]] }, [...WRONG.number, -1, 2]],
  },
  takeSamples: { args: [set, [1, 2], "part"], wrong: [DATASET, [...LISTS, "12", [99], [-1], [0.5], ["1"]], WRONG.text] },
  countMissing: {
    args: [x, 3],
    wrong: [
      [...LISTS, "abc", { rowPtr: 1 }],
      [...WRONG.count, 0],
    ],
  },
  previewTable: {
    args: [file.bytes, "t.csv", {}],
    wrong: [WRONG.bytesArray, WRONG.text, { header: WRONG.boolean, label: [true, -1, {}], colour: [1], orientation: WRONG.name }],
  },
  isSparse: { args: [x], wrong: [] }, // of anything else the answer is no
  toDense: { args: [x], wrong: [WRONG.floats.filter((value) => !(value instanceof Float64Array) && value !== WRONG.floats[8])] },
  split: {
    args: [set, { test: 0.3, seed: 1 }],
    wrong: [
      DATASET,
      { test: [...WRONG.number, 0, 1], validation: [...WRONG.number, 0, 1], seed: [null, "1", {}, Number.NaN], tset: [1] },
    ],
  },
  stratifiedCounts: {
    args: [[3, 4], 0.5],
    wrong: [
      [...LISTS, "34", ["3"], [-1], [0.5]],
      [...WRONG.number, 2],
    ],
  },
  fitRobust: { args: [x, 2, 3], wrong: [DATASET.x, [...WRONG.count, 0, 5], [...WRONG.count, 0, 5]] },
  fitStandardizer: { args: [x, 2, 3], wrong: [DATASET.x, [...WRONG.count, 0, 5], [...WRONG.count, 0, 5]] },
  standardize: {
    args: [set, fitStandardizer(set.x, 24, 4)],
    wrong: [
      DATASET,
      {
        mean: [...DATASET.x, new Float32Array(2)],
        std: [...DATASET.x, new Float32Array(2)],
        median: [null, 5, new Float32Array(2)],
      },
    ],
  },
  suggestOptions: { args: [set], wrong: [{ x: DATASET.x, samples: DATASET.samples, features: DATASET.features }] },
  csvLine: { args: [["a", 1, null]], wrong: [[...LISTS, "ab", [undefined], [{}], [true]]] },
};
