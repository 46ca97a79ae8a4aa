import { findPiece } from "../options/piece.js";
import { accuracy } from "./accuracy.js";
import { concordance } from "./concordance.js";
import { mae } from "./mae.js";
import type { Metric } from "./metric.js";
import { OF_CLASSES } from "./of-classes.js";
import { OF_LABELS } from "./of-labels.js";
import { r2 } from "./r2.js";
import { rmse } from "./rmse.js";
import { spearman } from "./spearman.js";

/** The metrics that have a name. */
export const METRICS = { accuracy, ...OF_CLASSES, rmse, mae, r2, spearman, concordance, ...OF_LABELS };

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** The metric of that name, or itself. */
export const metricOf = (metric: MetricName | Metric): Metric => findPiece<MetricName, Metric>(METRICS, metric);
