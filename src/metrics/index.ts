import { findPiece } from "../options/piece.js";
import { accuracy } from "./accuracy.js";
import type { Metric } from "./metric.js";

/** The metrics that have a name. */
export const METRICS = { accuracy };

/** The name of a metric. */
export type MetricName = keyof typeof METRICS;

/** The metric of that name, or itself. */
export const metricOf = (metric: MetricName | Metric): Metric => findPiece<MetricName, Metric>(METRICS, metric);
