import { check } from "../util/check.js";
import type { Dataset } from "./dataset.js";
import { groupBy } from "./group-by.js";
import { isSparse, sampleReader } from "./sample-matrix.js";

/** Samples of a set that are also samples of the training set, by their values. */
interface Overlap {
  readonly count: number;
  /** The first of them, and the training sample it equals. */
  readonly first: readonly [sample: number, training: number] | null;
}

/**
 * Compares a set with the training set, features in the same order: a score on samples that were trained on says nothing. Throws where they
 * are the same values, or where all samples of the set, or half of them and more than a few, are training samples too and that is no accident
 * of data that repeat anyway. Fewer are told in a note. `word` is what the set is called: test, validation.
 */
export function checkOverlap(train: Dataset, set: Dataset, word: string): string[] {
  const { count, first } = overlapOf(train, set);
  if (first === null) return [];
  const [i, k] = first;
  const which = `${count} of the ${set.samples} ${word} samples ${count === 1 ? "has" : "have"} the values of a training sample (${word} sample ${i + 1} those of training sample ${k + 1})`;
  check(!isCopy(train, set) && !isLeak(train, set, count), `${word} set`, () => {
    return `${which}: what was trained on cannot show how well a network does on new samples; give samples of their own, or leave the ${word} set out to hold some back`;
  });
  return [`${which}; scores are on samples that are partly known`];
}

/** Whether both have the same values in the same order. */
function isCopy(train: Dataset, set: Dataset): boolean {
  if (train.x === set.x) return true;
  if (train.samples !== set.samples) return false;
  const equal = comparer(train, set);
  for (let i = 0; i < set.samples; i++) if (!equal(i, i)) return false;
  return true;
}

/** Common samples that are more than a few. */
const MANY = 10;

/**
 * Whether so many common samples are none by chance. Where training samples hardly ever equal another, a common one is hardly an accident;
 * where they often do (few features of few values), samples of their own are equal too.
 */
function isLeak(train: Dataset, set: Dataset, count: number): boolean {
  if (count < set.samples && (count < MANY || 2 * count < set.samples)) return false;
  const hashes = new Map<number, number>();
  for (const hash of hashesOf(train)) hashes.set(hash, (hashes.get(hash) ?? 0) + 1);
  let repeated = 0;
  for (const times of hashes.values()) if (times > 1) repeated += times;
  const chance = repeated / train.samples;
  return chance < 0.05 && chance ** count < 0.001;
}

function overlapOf(train: Dataset, set: Dataset): Overlap {
  const hashes = hashesOf(set);
  const samplesOf = groupBy(hashes.keys(), (i) => hashes[i]);
  const equal = comparer(train, set);
  let count = 0;
  let first: Overlap["first"] = null;
  for (const [k, hash] of hashesOf(train).entries()) {
    const candidates = samplesOf.get(hash);
    if (!candidates) continue;
    const left = candidates.filter((i) => !equal(k, i));
    if (left.length === candidates.length) continue;
    first ??= [candidates.find((i) => !left.includes(i)) as number, k];
    count += candidates.length - left.length;
    if (left.length > 0) samplesOf.set(hash, left);
    else samplesOf.delete(hash); // each sample counts once
  }
  return { count, first };
}

/** Whether training sample k and sample i have the same values; missing ones are equal to missing ones. */
export function comparer(train: Dataset, set: Dataset): (k: number, i: number) => boolean {
  const [a, b] = [train, set].map(({ x, features }) => sampleReader(x, features));
  return (k, i) => {
    const [left, right] = [a(k), b(i)];
    for (let j = 0; j < left.length; j++) {
      if (left[j] !== right[j] && !(Number.isNaN(left[j]) && Number.isNaN(right[j]))) return false;
    }
    return true;
  };
}

const cell = new Float64Array(1);
const [low, high] = [0, 1];
const halves = new Uint32Array(cell.buffer);

/** A 32-bit number for each sample, equal for equal values, of sparse and of dense samples alike: of the cells that are not 0. */
export function hashesOf({ x, samples, features }: Dataset): Int32Array {
  if (!isSparse(x) || x.background) {
    const read = sampleReader(x, features);
    return Int32Array.from({ length: samples }, (_, i) => {
      const row = read(i);
      let hash = 0;
      for (let j = 0; j < features; j++) if (row[j] !== 0) hash = mix(hash, j, row[j]);
      return hash;
    });
  }
  const { rowPtr, colIdx, values } = x;
  return Int32Array.from({ length: samples }, (_, i) => {
    let hash = 0;
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (values[k] !== 0) hash = mix(hash, colIdx[k], values[k]);
    return hash;
  });
}

function mix(hash: number, j: number, value: number): number {
  cell[0] = value;
  if (Number.isNaN(value)) halves.fill(0); // one NaN is as good as another
  const mixed = Math.imul(hash ^ halves[low], 0x85ebca6b);
  return Math.imul(((mixed << 13) | (mixed >>> 19)) ^ halves[high] ^ Math.imul(j + 1, 0x9e3779b1), 0xc2b2ae35);
}
