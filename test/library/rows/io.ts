import { encodeScipy } from "../../../src/api/io.js";
import { WRONG } from "../wrong.js";
import { DATASET, LISTS, MODEL, type Rows, saved, x } from "./right.js";

/** The functions of `coppice/io`. */
export const OF_IO: Rows = {
  conformalScores: {
    args: [Float32Array.of(0.9, 0.1, 0.2, 0.8), [0, 1]],
    wrong: [
      [null, 5, new Float32Array(3)],
      [[0, 2], [0.5, 1], []],
    ],
  },
  predictionSets: {
    args: [Float32Array.of(0.1), Float32Array.of(0.9, 0.1), 2, 0.9],
    wrong: [
      [null, new Float32Array(0), Float32Array.of(2)],
      [null, 5, [0.5]],
      [0, 1.5, Number.NaN],
      [0, 1, Number.NaN, "a"],
    ],
  },
  blend: { args: [[{ model: saved, weight: 1 }]], wrong: [[null, 5, [], [null], [{ model: saved }], [{ weight: 1 }]]] },
  membersOf: { args: [saved], wrong: [WRONG.object] },
  checkpointParts: {
    args: [saved, { quantise: "f16" }],
    wrong: [MODEL, [null, "f16", { quantise: "int4" }, { quantize: "f16" }]],
  },
  encodeOnnx: {
    args: [saved, {}],
    wrong: [
      { ...MODEL, classes: WRONG.texts },
      { sparse: WRONG.boolean, sparce: [true] },
    ],
  },
  encodeScipy: { args: [saved, {}], wrong: [MODEL, { member: [-1, 1, 0.5, "0", null], members: [1] }] },
  decodeScipy: {
    args: [encodeScipy(saved), {}],
    wrong: [
      [...LISTS, new Map(), new Map([["layers.0.npz", "text"]]), new Map([[1, new Uint8Array(1)]])],
      { config: [null, 5, "x"], classes: WRONG.texts, maxBytes: [null, -1, "1"], x: [1] },
    ],
  },
  encodeEvent: {
    args: [{ wallTime: 1, step: 1, scalars: { a: 1 } }],
    wrong: [
      { wallTime: WRONG.number, step: WRONG.count, scalars: [null, 5, "a", { a: "1" }, undefined], histograms: [{ a: 1 }] },
    ],
  },
  encodeEventStart: { args: [1, 1], wrong: [WRONG.number, WRONG.count] },
  histogram: { args: [x], wrong: [[...DATASET.x, new Float32Array(0), Float32Array.of(Number.NaN), Float32Array.of(Infinity)]] },
};
