import type { Dataset } from "./dataset.js";
import { list, plainName } from "./names.js";
import { sampleReader } from "./sample-matrix.js";

/** Samples that all features are looked at in; only those that separate their classes are looked at in more. */
const FIRST_SAMPLES = 16;
/** Values of these at most, and features that are followed further. */
const FIRST_VALUES = 2 ** 22;
const MOST_FEATURES = 1000;
/** So many features may be expected to separate the classes by luck, at most, where those that do are pointed out. */
const LUCK = 1e-3;

/**
 * The features each of which alone tells all classes apart: the values of every class lie in an interval of their own. Missing values are
 * left aside. [] where there are so few samples for so many features that some would do by luck; at most 1000.
 */
export function separatingFeatures({ x, y, samples, features, classes }: Dataset): number[] {
  if (features * chanceOfSeparation(y, classes.length) > LUCK) return [];
  const read = sampleReader(x, features);
  let left = Array.from({ length: features }, (_, j) => j);
  const first = Math.min(FIRST_SAMPLES, Math.max(8, Math.floor(FIRST_VALUES / features)));
  for (let count = Math.min(first, samples); left.length > 0; count = Math.min(8 * count, samples)) {
    const chosen = Array.from({ length: count }, (_, k) => Math.floor((k * samples) / count));
    const values = new Float64Array(count * left.length);
    chosen.forEach((i, k) => {
      const row = read(i);
      for (let f = 0; f < left.length; f++) values[f * count + k] = row[left[f]];
    });
    const labels = chosen.map((i) => y[i]);
    left = left.filter((_, f) => separates(values.subarray(f * count, (f + 1) * count), labels)).slice(0, MOST_FEATURES);
    if (count === samples) break;
  }
  return left;
}

/** What to tell of features that alone tell the classes of a training part apart; [] where there are none. */
export function separatingNotes(train: Dataset): string[] {
  const found = separatingFeatures(train).map((j) => plainName(train.featureNames, j));
  if (found.length === 0) return [];
  const tells = found.length === 1 ? "tells" : "each tell";
  return [
    `${found.length} of ${train.features} features alone ${tells} all classes of the training part apart: ${list(found)}; leave out what is known only with the class, or numbers the rows (option ignore)`,
  ];
}

/** The chance that values in random order, all distinct, have each class in an interval of its own: K! n1! ... nK! / n! */
function chanceOfSeparation(y: ArrayLike<number>, classes: number): number {
  const counts = new Float64Array(classes);
  for (let i = 0; i < y.length; i++) counts[y[i]]++;
  const present = counts.filter((count) => count > 0);
  if (present.length < 2) return 1;
  const logFactorial = (n: number) => {
    let sum = 0;
    for (let k = 2; k <= n; k++) sum += Math.log(k);
    return sum;
  };
  const ways = present.reduce((sum, count) => sum + logFactorial(count), logFactorial(present.length));
  return Math.exp(ways - logFactorial(y.length));
}

function separates(values: Float64Array, labels: readonly number[]): boolean {
  const order = Array.from(values, (_, k) => k).filter((k) => !Number.isNaN(values[k]));
  order.sort((a, b) => values[a] - values[b]);
  const left = new Set<number>();
  for (let k = 1; k < order.length; k++) {
    const [before, now] = [order[k - 1], order[k]];
    if (labels[before] === labels[now]) continue;
    if (values[before] === values[now] || left.has(labels[now])) return false;
    left.add(labels[before]);
  }
  return left.size + 1 === new Set(labels).size;
}
