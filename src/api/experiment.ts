// `coppice/experiment`: trainings over many splits, and what they say of the inputs.

import "./globals.js";

export { type Agreement, type RankedFeature, type Ranking, rankFeatures } from "../experiment/repeat/ranking.js";
export {
  type Repeated,
  type RepeatedRun,
  type RepeatOptions,
  repeatTraining,
} from "../experiment/repeat/repeat.js";
export {
  type SelectedFeature,
  type SelectOptions,
  selectFeatures,
} from "../experiment/repeat/select-features.js";
export { shuffleLabels } from "../experiment/repeat/shuffle.js";
export { inputStrength } from "../experiment/repeat/strength.js";
export { correctedInterval, type Interval } from "../experiment/statistics/interval.js";
export { majorityAccuracy } from "../tasks/majority.js";
