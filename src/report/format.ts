import type { Metric } from "../metrics/metric.js";
import type { EpochRecord } from "../train/records.js";
import { maximum } from "../util/extremes.js";
import { percent } from "../util/percent.js";

/** 61280 -> "61,280". */
export function grouped(value: number): string {
  return value.toLocaleString("en-US");
}

/** 61280 -> "61.3 k", 2.1e9 -> "2.1 G": three digits and a power of a thousand. */
export function compact(value: number): string {
  const powers = ["", " k", " M", " G", " T", " P"];
  const power = Math.min(powers.length - 1, Math.max(0, Math.floor(Math.log10(Math.max(1, value) * 1.0005) / 3)));
  return `${Number((value / 1000 ** power).toPrecision(3))}${powers[power]}`;
}

/** Three significant digits, as short as they go: 0.0312, 12.3, 1.2e-5; "-" for null. */
export function short(value: number | null): string {
  return value === null ? "-" : String(Number(value.toPrecision(3)));
}

/** A value of a metric: in per cent where that is a fraction, else in short. */
export function measured({ fraction }: Pick<Metric, "fraction">, value: number | null, digits = 1): string {
  return fraction ? percent(value, digits) : short(value);
}

/** "test accuracy" -> "Test accuracy". */
export function capital(text: string): string {
  return `${text[0].toUpperCase()}${text.slice(1)}`;
}

/** 75.2 -> "1 min 15 s"; below a minute "3.2 s". */
export function duration(seconds: number): string {
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60 ? `${minutes} min ${Math.floor(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Mean ms of a training step of an epoch. */
export function msPerStep({ seconds, steps }: EpochRecord): number {
  return steps > 0 ? (1000 * seconds.train) / steps : 0;
}

/** Neurons of the hidden layers. */
export function hiddenNeurons(neurons: readonly number[]): number {
  return neurons.slice(1, -1).reduce((sum, size) => sum + size, 0);
}

/** Rows as a table of text, columns aligned: the first left, the others right. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0].map((_, j) => maximum(rows.map((row) => row[j].length)));
  return rows.map((row) =>
    row
      .map((cell, j) => (j === 0 ? cell.padEnd(widths[j]) : cell.padStart(widths[j])))
      .join("  ")
      .trimEnd(),
  );
}

/** Words as a POSIX shell needs them. */
export function shellCommand(words: readonly string[]): string {
  return words.map((text) => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`)).join(" ");
}
