import { WRONG } from "../wrong.js";
import { DATASET, device, LISTS, MODEL, type Rows, saved, set } from "./right.js";

/** The functions of `coppice/experiment`. */
export const OF_EXPERIMENT: Rows = {
  correctedInterval: {
    args: [[1, 2], 5, 5, 0.9, [0, 3]],
    wrong: [
      [...LISTS, [1], ["1", "2"], [1, null]],
      [...WRONG.number, 0],
      [...WRONG.number, 0],
      [...WRONG.number, 0, 1],
      [null, 5, "01", [1], [1, 0], [2, 3]],
    ],
  },
  rankFeatures: {
    args: [[Float64Array.of(1, 2, 3)], { top: 1 }],
    wrong: [
      [...LISTS, [], [[1, 2]], [null], [new Float64Array(0)], [Float64Array.of(1, -1)]],
      { top: [...WRONG.count, 0, 3], tpo: [1] },
    ],
  },
  majorityAccuracy: {
    args: [set, set],
    wrong: [
      { y: DATASET.y, classes: DATASET.classes },
      { y: DATASET.y, classes: DATASET.classes },
    ],
  },
  repeatTraining: {
    args: [set, { device, train: { hidden: [4], epochs: 1, batch: 8 }, splits: 1 }],
    wrong: [
      DATASET,
      {
        device: WRONG.device,
        train: [...WRONG.object, { patience: 1 }, { epochs: "1" }],
        splits: [...WRONG.count, 0],
        ...{
          test: [...WRONG.number, 0, 1],
          seed: WRONG.count,
          plan: [null, 5, {}],
          tuning: [null, 5, {}],
          signal: [null, 5, {}],
        },
        onRun: WRONG.function,
        onEpoch: WRONG.function,
        slpits: [1],
      },
    ],
  },
  shuffleLabels: { args: [set, 1], wrong: [DATASET, [null, "1", Number.NaN, {}, Symbol("s")]] },
  selectFeatures: {
    args: [{ train: set }, { features: 1, train: { device, hidden: [4], epochs: 3, batch: 8, epsilon: 1 } }],
    wrong: [
      [...WRONG.object, { train: null }],
      { features: [...WRONG.count, 0, 99], train: [null, 5, { epochs: "1" }], fetures: [1] },
    ],
  },
  inputStrength: { args: [saved], wrong: [{ network: MODEL.network, features: MODEL.features }] },
};
