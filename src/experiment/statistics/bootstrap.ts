import { check, checkInteger, checkNumber } from "../../util/check.js";
import { random } from "../../util/random.js";
import { type Interval, meanOf } from "./interval.js";

/** How to resample. */
export interface BootstrapOptions {
  /** Default 0.95. */
  readonly level?: number;
  /** Default 4000. */
  readonly resamples?: number;
  /** Of the resampling, default 1; tables of one shape and seed are resampled alike. */
  readonly seed?: number;
}

/**
 * A percentile interval of the mean of table[seeds][samples] for a split that is fixed by publication: what the result may be off by because
 * of the training seed and of the test samples. A cell is 1 where the run of that seed has that test sample right and 0 where not,
 * or the difference of two methods' such cells (-1, 0, 1) for a paired interval.
 *
 * Every resample draws as many seeds and, independently of them, as many samples as there are, both with replacement, and takes the mean over the
 * cells where they cross. low and high are the k-th smallest and k-th largest of these means, k = floor((resamples + 1) (1 - level) / 2); `error` is
 * their standard deviation. With variances a, b, e of seeds, samples and what is left, S seeds and N samples, the mean has variance
 * a / S + b / N + e / (S N), and such resampling gives a (S - 1) / S^2 + b / N + 3 e / (S N) or so (Owen, "The pigeonhole bootstrap", Annals of
 * Applied Statistics 1, 2007): a little too much where chance rules the cell, too little where few seeds differ much. It is silent on other training samples.
 *
 * Throws unless there are two seeds and two samples, all rows of one length, every cell is finite, 0 < level < 1 and there are resamples enough for k >= 1.
 */
export function bootstrapInterval(table: readonly ArrayLike<number>[], options: BootstrapOptions = {}): Interval {
  const where = "bootstrap";
  checkTable(table, where);
  const { level = 0.95, resamples = 4000, seed = 1 } = options;
  checkLevel(level, resamples, where);
  const mean = meanOf(table.map((row) => meanOf(Array.from(row))));
  return percentileInterval(mean, resampledMeans(table, resamples, seed), level);
}

/** Throws unless 0 < level < 1 and there are resamples enough for an interval of that level. */
export function checkLevel(level: number, resamples: number, where: string): void {
  checkNumber(level, `${where}: level`, 0, 1, true);
  checkInteger(resamples, `${where}: resamples`, 1);
  check(placeOf(level, resamples) >= 1, where, () => {
    return `${resamples} resamples are too few for a level of ${level}; give at least ${Math.ceil(2 / (1 - level)) - 1}`;
  });
}

/** k: the ends of an interval are the k-th smallest and the k-th largest value. */
const placeOf = (level: number, resamples: number) => Math.floor(((resamples + 1) * (1 - level)) / 2);

/** The percentile interval of a number by its values in resamples. */
export function percentileInterval(mean: number, values: readonly number[], level: number): Interval {
  const centre = meanOf(values);
  const error = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / (values.length - 1));
  const sorted = Float64Array.from(values).sort();
  const k = placeOf(level, values.length);
  return { mean, low: sorted[k - 1], high: sorted[values.length - k], error, level };
}

function resampledMeans(table: readonly ArrayLike<number>[], resamples: number, seed: number): number[] {
  const [seeds, samples] = [table.length, table[0].length];
  const { columns, columnOf } = distinctColumns(table);
  const rng = random(seed, "bootstrap");
  const drawn = new Uint32Array(samples);
  const drawnSeeds = new Uint32Array(seeds);
  const counts = new Uint32Array(columns.length);
  return Array.from({ length: resamples }, () => {
    rng.fillBelow(seeds, drawnSeeds);
    rng.fillBelow(samples, drawn);
    counts.fill(0);
    for (let i = 0; i < samples; i++) counts[columnOf[drawn[i]]]++;
    let sum = 0;
    for (const s of drawnSeeds) for (let c = 0; c < columns.length; c++) sum += counts[c] * columns[c][s];
    return sum / (seeds * samples);
  });
}

/** The columns of a table without repetitions, and which of them each sample has: few, where cells are right or wrong. */
function distinctColumns(table: readonly ArrayLike<number>[]): { columns: number[][]; columnOf: Uint32Array } {
  const indices = new Map<string, number>();
  const columns: number[][] = [];
  const columnOf = Uint32Array.from({ length: table[0].length }, (_, i) => {
    const column = table.map((row) => row[i]);
    const key = column.join();
    if (!indices.has(key)) indices.set(key, columns.push(column) - 1);
    return indices.get(key)!;
  });
  return { columns, columnOf };
}

function checkTable(table: readonly ArrayLike<number>[], where: string): void {
  check(table.length >= 2, where, () => `there are results of ${table.length} seeds; at least 2 are needed`);
  const samples = table[0].length;
  check(samples >= 2, where, () => `there are results of ${samples} test samples; at least 2 are needed`);
  for (const row of table) {
    check(row.length === samples, where, () => `a seed has results of ${row.length} test samples, the first of ${samples}`);
    for (let i = 0; i < samples; i++) checkNumber(row[i], `${where}: cell`);
  }
}
