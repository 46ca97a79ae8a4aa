import { check, checkInteger, checkKeys, checkNumber, checkTyped } from "../../util/check.js";
import { shown } from "../../util/shown.js";

/** A feature's standing over all runs. */
export interface RankedFeature {
  /** Its index in the data. */
  readonly feature: number;
  /** Mean over the runs of its strength divided by the run's mean over all features: 1 is an average feature. */
  readonly strength: number;
  /** Mean over the runs of its place in the run's order, from 1. */
  readonly rank: number;
  /** Fraction of the runs in which it is among the first `top`. */
  readonly frequency: number;
}

/** How much alike the runs' first features are; means over all pairs of runs. */
export interface Agreement {
  /** Share of one run's first features that are among the other's, 0..1. Of `features` by pure chance: top / features. */
  readonly overlap: number;
  /** Kuncheva's index: 1 for equal sets, about 0 for sets drawn at random. */
  readonly kuncheva: number;
}

/** The features, strongest first, and how far the runs agree. */
export interface Ranking {
  readonly features: readonly RankedFeature[];
  readonly top: number;
  readonly runs: number;
  /** null for a single run. */
  readonly agreement: Agreement | null;
}

/**
 * Ranks features by their strength over runs. `strengths` has an array [features] for every run, such as `RepeatedRun.strength`; `top`
 * (default 20) is how many features a run selects. Where values are equal the lower index comes first. The order of the runs changes nothing.
 *
 * Agreement of two sets of k out of n features that share r: overlap r / k, and corrected for chance
 *
 *     (r - k^2 / n) / (k - k^2 / n)
 *
 * (Kuncheva, "A stability index for feature selection", Artificial Intelligence and Applications 2007), from -1 to 1. Runs on splits of the same samples agree somewhat even where
 * there is nothing to find: hold the figure against that of runs on `shuffleLabels`.
 *
 * Throws without runs, when their lengths differ, when a strength is negative or not finite, or unless 1 <= top < features.
 */
export function rankFeatures(strengths: readonly Float64Array[], options: { readonly top?: number } = {}): Ranking {
  const where = "feature ranking";
  checkKeys(options, { top: true }, `${where}: option`);
  const { top = 20 } = options;
  check(Array.isArray(strengths), where, () => `${shown(strengths)} is no list of strengths, one of each run`);
  for (const strength of strengths) checkTyped(strength, Float64Array, `${where}: strength`);
  check(strengths.length > 0, where, () => "no runs are given; at least one is needed");
  const features = strengths[0].length;
  checkInteger(top, `${where}: top`, 1, features - 1);
  for (const strength of strengths) {
    check(strength.length === features, where, () => `a run has ${strength.length} features, another ${features}`);
    for (const value of strength) checkNumber(value, `${where}: strength`, 0);
  }
  const relative = strengths.map(relativeToMean);
  const orders = strengths.map(strongestFirst);
  const places = orders.map(placesOf);
  const ranked = Array.from(strengths[0], (_, feature): RankedFeature => {
    const own = places.map((place) => place[feature]);
    return {
      feature,
      strength: sumInOrder(relative.map((run) => run[feature])) / strengths.length,
      rank: 1 + own.reduce((sum, place) => sum + place, 0) / own.length,
      frequency: own.filter((place) => place < top).length / own.length,
    };
  });
  ranked.sort((a, b) => b.strength - a.strength || a.feature - b.feature);
  return { features: ranked, top, runs: strengths.length, agreement: agreementOf(places, top, features) };
}

function relativeToMean(strength: Float64Array): Float64Array {
  const sum = strength.reduce((a, b) => a + b, 0);
  return strength.map((value) => (sum > 0 ? (value * strength.length) / sum : 0));
}

function strongestFirst(strength: Float64Array): Uint32Array {
  return Uint32Array.from(strength.keys()).sort((a, b) => strength[b] - strength[a] || a - b);
}

/** [features] a feature's place in an order, from 0. */
function placesOf(order: Uint32Array): Uint32Array {
  const places = new Uint32Array(order.length);
  order.forEach((feature, place) => {
    places[feature] = place;
  });
  return places;
}

/** Smallest first, so that the order of the runs does not show in the last digit. */
function sumInOrder(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b).reduce((sum, value) => sum + value, 0);
}

/** A feature that m runs select is shared by m (m - 1) / 2 pairs of them; both figures are linear in what a pair shares. */
function agreementOf(places: readonly Uint32Array[], top: number, features: number): Agreement | null {
  const runs = places.length;
  if (runs < 2) return null;
  let shared = 0;
  for (let j = 0; j < features; j++) {
    const chosen = places.filter((place) => place[j] < top).length;
    shared += (chosen * (chosen - 1)) / 2;
  }
  const mean = shared / ((runs * (runs - 1)) / 2);
  const chance = top ** 2 / features;
  return { overlap: mean / top, kuncheva: (mean - chance) / (top - chance) };
}
