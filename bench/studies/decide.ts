import type { DatasetDifference } from "../../src/experiment/analysis/pairs.js";
import { type HodgesLehmann, hodgesLehmann } from "../../src/experiment/statistics/hodges-lehmann.js";
import { type SignedRank, wilcoxonSignedRank } from "../../src/experiment/statistics/wilcoxon.js";
import { nonInferiority } from "./generalization/non-inferiority.js";
import { mergeSources, type SourceDifference } from "./generalization/sources.js";

/** That the test accuracy of one side is above another's; with a margin, that it is not below by as much. */
export interface Claimed {
  readonly id: string;
  readonly better: string;
  readonly than: string;
  /** Fraction of accuracy that may be lost; 0 asks for a gain. */
  readonly margin: number;
  /** What it is about, in words. */
  readonly about: string;
}

/** Chance of any false rejection in a family of hypotheses that is put up with. */
export const ALPHA = 0.05;

/**
 * holds: the adjusted p is at most alpha. contradicted: the 95 % interval lies wholly on the other side (below -margin). not shown: neither.
 * undecided: neither, and with so few datasets it could hardly have held. untested: no dataset has both sides.
 */
export type Outcome = "holds" | "contradicted" | "not shown" | "undecided" | "untested";

/** What came out of a hypothesis. Differences are of accuracy as a fraction, better minus than. */
export interface Decision<H extends Claimed = Claimed, D extends Difference = Difference> {
  readonly hypothesis: H;
  /** What it was decided on, one a source. */
  readonly sources: readonly SourceDifference[];
  /** All datasets by themselves. */
  readonly datasets: readonly D[];
  readonly outcome: Outcome;
  /** null where untested. */
  readonly test: (SignedRank & { readonly adjusted: number }) | null;
  readonly effect: HodgesLehmann | null;
  /** The test and the estimate as if no two datasets shared a source; p is not adjusted. */
  readonly unmerged: { readonly p: number; readonly effect: HodgesLehmann } | null;
}

/** Two sides on one dataset. */
export type Difference = Omit<DatasetDifference, "runs">;

/** What there is to decide on, and how. */
export interface Deciding<H extends Claimed, D extends Difference> {
  readonly hypotheses: readonly H[];
  /** One paired difference a dataset, the mean over its splits. */
  differencesOf(hypothesis: H): readonly D[];
  /** Adjusted p-values, in the hypotheses' order. One that cannot be tested has p = 1: to leave runs out never helps another. */
  adjust(pValues: readonly number[]): readonly number[];
  /** The tests of its family: see `fewestSources`. */
  testsOf(hypothesis: H): number;
}

/**
 * Decides hypotheses across datasets: one paired difference a source, one-sided signed-rank test, the Hodges-Lehmann estimate with its
 * 95 % interval, p adjusted over the family.
 */
export function decideAll<H extends Claimed, D extends Difference>(deciding: Deciding<H, D>): Decision<H, D>[] {
  const { hypotheses, differencesOf, adjust, testsOf } = deciding;
  const tested = hypotheses.map((hypothesis) => {
    const datasets = differencesOf(hypothesis);
    const sources = mergeSources(datasets);
    return { hypothesis, datasets, sources, test: testOf(hypothesis, sources) };
  });
  const adjusted = adjust(tested.map(({ test }) => test?.p ?? 1));
  return tested.map(({ hypothesis, datasets, sources, test }, i) => {
    if (!test) return { hypothesis, datasets, sources, outcome: "untested", test: null, effect: null, unmerged: null };
    const effect = hodgesLehmann(sources.map(({ difference }) => difference));
    const alone = datasets.map(({ difference }) => difference);
    const enough = sources.length >= fewestSources(testsOf(hypothesis));
    return {
      hypothesis,
      datasets,
      sources,
      effect,
      outcome: outcomeOf(hypothesis, adjusted[i], effect, enough),
      test: { ...test, adjusted: adjusted[i] },
      unmerged: { p: testOf(hypothesis, datasets)?.p ?? 1, effect: hodgesLehmann(alone) },
    };
  });
}

function testOf({ margin }: Claimed, all: readonly { readonly difference: number }[]): SignedRank | null {
  const differences = all.map(({ difference }) => difference);
  if (differences.length === 0) return null;
  return margin > 0 ? nonInferiority(differences, margin) : wilcoxonSignedRank(differences, "greater");
}

function outcomeOf({ margin }: Claimed, adjusted: number, { interval }: HodgesLehmann, enough: boolean): Outcome {
  if (adjusted <= ALPHA) return "holds";
  if (interval && interval.high < -margin) return "contradicted";
  return enough ? "not shown" : "undecided";
}

/** The fewest sources with which the least p of a family of so many tests can be small enough: tests x 2^-n <= alpha. */
export function fewestSources(tests: number): number {
  return Math.ceil(Math.log2(tests / ALPHA));
}
