import type { Estimate } from "./estimate.js";

/** A difference of accuracies in points: 0.0213 -> "+2.1", -0.004 -> "-0.4". */
export function points(difference: number): string {
  const text = (100 * difference).toFixed(1);
  return difference > 0 && Number(text) !== 0 ? `+${text}` : text.replace(/^-0\.0$/, "0.0");
}

/** An accuracy in per cent without the sign: 0.7862 -> "78.6". */
export function hundredths(accuracy: number): string {
  return (100 * accuracy).toFixed(1);
}

/** "78.6 (73.5 to 83.7)", or without an interval "78.6". */
export function withInterval({ mean, interval }: Pick<Estimate, "mean" | "interval">, format = hundredths): string {
  return interval ? `${format(mean)} (${format(interval.low)} to ${format(interval.high)})` : format(mean);
}

/** 0.04312 -> "0.043", 0.00002 -> "< 0.0001". */
export function pValue(p: number): string {
  return p < 1e-4 ? "< 0.0001" : String(Number(p.toPrecision(2)));
}

/** "1 dataset", "3 datasets". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
