import { METRICS } from "../../../src/api/extend.js";
import { WRONG } from "../wrong.js";
import { LISTS, type Rows } from "./right.js";

const OUTCOME = { z: Float32Array.of(1, 2, 0, -1), targets: Float64Array.of(1, 1, 2, 1, 3, 1, 4, 1), samples: 4, outputs: 1 };
const CONCORDANCE = METRICS.concordance;

/** The functions of `coppice/metrics`. */
export const OF_METRICS: Rows = {
  scoreClasses: {
    args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2],
    wrong: [
      [...WRONG.floats.filter((value) => !(value instanceof Float64Array)), new Float64Array(3), Float64Array.of(0, 1, 2, -1)],
      [...LISTS, [], [0], ["0", "1"], [0, 2], [0, -1], [0, 0.5]],
      [...WRONG.count, 0],
    ],
  },
  balancedOf: { args: [{ support: [1, 2], balancedAccuracy: 0.5 }], wrong: [] }, // of what is no report there is none
  bootstrapScores: {
    args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2, { resamples: 50, level: 0.9 }],
    wrong: [[null], [[0, 2]], [0], { level: [1, "0.9"], resamples: [0, 3, 1.5], seed: ["1"], sede: [1] }],
  },
  bootstrapMetric: {
    args: [CONCORDANCE, OUTCOME, { resamples: 50, level: 0.9 }],
    wrong: [
      [...WRONG.object.filter((value) => !Array.isArray(value)), {}],
      [null, 0, { ...OUTCOME, z: [1, 2] }, { ...OUTCOME, samples: 3 }, { ...OUTCOME, targets: 4 }],
      { level: [1, "0.9"], resamples: [0, 3, 1.5], seed: ["1"], sede: [1] },
    ],
  },
  // These check alike: of each argument one.
  ...Object.fromEntries(
    ["rocAuc", "prAuc", "brierScore", "logLoss", "calibrationBins", "calibrationError", "fitTemperature", "thresholdsOf"].map(
      (name) => {
        const last = name === "thresholdsOf" ? [[2]] : name.startsWith("calibration") ? [[0]] : [];
        return [name, { args: [Float64Array.of(0.4, 0.6, 0.9, 0.1), [0, 1], 2, 1], wrong: [[null], [[0, 2]], [0], ...last] }];
      },
    ),
  ),
};
