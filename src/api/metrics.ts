// `coppice/metrics`: what predictions are worth, by what is known of their samples.

import "./globals.js";

export type { BootstrapOptions } from "../experiment/statistics/bootstrap.js";
export { bootstrapMetric } from "../experiment/statistics/bootstrap-metric.js";
export { bootstrapScores, type ScoreOptions } from "../experiment/statistics/bootstrap-scores.js";
export type { Interval } from "../experiment/statistics/interval.js";
export { prAuc, rocAuc, type Thresholds, thresholdsOf } from "../metrics/classes/curves.js";
export { brierScore, type CalibrationBin, calibrationBins, calibrationError, logLoss } from "../metrics/classes/probabilities.js";
export { type CountScores, type ProbabilityScores, scoreClasses } from "../metrics/classes/scores.js";
export { type Calibration, fitTemperature } from "../metrics/classes/temperature.js";
export { balancedOf, type ClassReport } from "../tasks/class-report.js";
