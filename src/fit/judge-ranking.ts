import { type Ranking, rankFeatures } from "../experiment/repeat/ranking.js";

/** Kuncheva's index that the first features of different folds have at least, and by how much it is above that of shuffled labels. */
const [LEAST, MARGIN] = [0.5, 0.15];
/** Features that count as the first, at most half of all. */
const TOP = 20;

/** Features by strength, and whether their order means something. */
export interface JudgedRanking {
  readonly ranking: Ranking;
  /** Kuncheva's index of the same folds with shuffled labels; null where these were not trained on. */
  readonly shuffled: number | null;
  readonly holds: boolean;
  /** In plain words. */
  readonly verdict: string;
}

/**
 * Ranks features by their strengths [features] in the folds of an estimate, and judges the order. Training parts of folds share samples, so their
 * networks agree somewhat where there is nothing to find. `shuffled` has the strengths of the same folds after labels were shuffled once: what
 * that agreement is. The order holds if Kuncheva's index of the first 20 features is at least 0.5, and 0.15 above that of shuffled labels: our
 * choice, by which tables of noise pass in fewer than one of ten cases. null for fewer than two folds or four features.
 */
export function judgeRanking(
  strengths: readonly ArrayLike<number>[],
  shuffled: readonly ArrayLike<number>[],
): JudgedRanking | null {
  const features = strengths[0]?.length ?? 0;
  if (strengths.length < 2 || features < 4) return null;
  const rank = (all: readonly ArrayLike<number>[]) =>
    rankFeatures(
      all.map((strength) => Float64Array.from(strength)),
      { top: Math.min(TOP, Math.floor(features / 2)) },
    );
  const ranking = rank(strengths);
  const own = ranking.agreement?.kuncheva ?? 0;
  const chance = shuffled.length > 1 ? (rank(shuffled).agreement?.kuncheva ?? 0) : null;
  const holds = own >= LEAST && chance !== null && own >= chance + MARGIN;
  return { ranking, shuffled: chance, holds, verdict: verdictOf(own, chance, holds) };
}

function verdictOf(own: number, chance: number | null, holds: boolean): string {
  const agreement = `agreement of the folds ${own.toFixed(2)}, where 1 is equal and 0 is chance`;
  if (chance === null) return `Do not use this order: it was not held against shuffled labels (${agreement}).`;
  const against = `${agreement}; with shuffled labels ${chance.toFixed(2)}`;
  if (holds) return `The first features are found again in other folds, and not in shuffled labels (${against}).`;
  return own < LEAST
    ? `Do not use this order: other samples give another one (${against}).`
    : `Do not use this order: shuffled labels give one that is nearly as stable (${against}).`;
}
