import type { Told } from "../../metrics/metric.js";
import { short } from "../../report/format.js";
import { percent } from "../../util/percent.js";
import type { Estimate } from "./estimate.js";

/** A difference of fractions in points: 0.0213 -> "+2.1", -0.004 -> "-0.4". */
export function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return difference > 0 && Number(text) !== 0 ? `+${text}` : text.replace(/^-0\.0$/, "0.0");
}

/** A fraction in per cent without the sign: 0.7862 -> "78.6". */
export function hundredths(fraction: number, digits = 1): string {
  return (100 * fraction).toFixed(digits);
}

/** How a metric is told of. */
export interface MetricWords {
  readonly label: string;
  /** What follows where values stand by `value`: ", %", or nothing. */
  readonly unit: string;
  /** What differences by `difference` are in: "points", or "difference". */
  readonly points: string;
  /** "points of ", or nothing. */
  readonly pointsOf: string;
  value(value: number, digits?: number): string;
  difference(value: number): string;
  /** A mark of an axis. */
  mark(value: number): string;
  /** A part of a value, of fractions in points: 0.005 -> "0.5 points", or "0.5 %". */
  part(share: number): string;
}

/** The words for a metric. */
export function wordsOf({ name, label = name, fraction }: Told): MetricWords {
  const signed = (value: number) => `${value > 0 ? "+" : ""}${short(value)}`;
  const part = (share: number) => `${100 * share} ${fraction ? "points" : "%"}`;
  if (!fraction)
    return {
      label,
      part,
      value: (value) => short(value),
      difference: signed,
      mark: (value) => short(value),
      unit: "",
      points: "difference",
      pointsOf: "",
    };
  const mark = (value: number) => percent(value, 0);
  return { label, part, value: hundredths, difference: points, mark, unit: ", %", points: "points", pointsOf: "points of " };
}

/** "78.6 (73.5 to 83.7)", or without an interval "78.6". */
export function withInterval({ mean, interval }: Pick<Estimate, "mean" | "interval">, format = hundredths): string {
  return interval ? `${format(mean)} (${format(interval.low)} to ${format(interval.high)})` : format(mean);
}

/** 0.04312 -> "0.043", 0.00002 -> "< 0.0001". */
export function pValue(p: number): string {
  return p < 1e-4 ? "< 0.0001" : String(Number(p.toPrecision(2)));
}
