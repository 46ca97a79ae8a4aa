import { type Measure, measureBy } from "../../../src/experiment/analysis/estimate.js";
import { type DatasetDifference, pairedDifferences } from "../../../src/experiment/analysis/pairs.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { type HodgesLehmann, hodgesLehmann } from "../../../src/experiment/statistics/hodges-lehmann.js";
import { holm } from "../../../src/experiment/statistics/holm.js";
import { type SignedRank, wilcoxonSignedRank } from "../../../src/experiment/statistics/wilcoxon.js";
import type { MethodName } from "../../../src/methods/index.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import { nonInferiority } from "./non-inferiority.js";
import { mergeSources, type SourceDifference } from "./sources.js";

/** That a method's test accuracy is above another's; with a margin, that it is not below by as much. */
export interface Hypothesis {
  readonly id: string;
  readonly better: MethodName;
  readonly than: MethodName;
  /** Fraction of accuracy that may be lost; 0 asks for a gain. */
  readonly margin: number;
  /** What it is about, in words. */
  readonly about: string;
}

/** Fixed before any run; all six together are one family. */
export const HYPOTHESES: readonly Hypothesis[] = [
  { id: "H1", better: "set", than: "dense", margin: 0, about: "adaptive sparse against fully connected at the same widths" },
  {
    id: "H2",
    better: "set",
    than: "dense-small",
    margin: 0,
    about: "adaptive sparse against fully connected with as many parameters",
  },
  { id: "H3", better: "set", than: "static", margin: 0, about: "rewired against never rewired" },
  {
    id: "H4",
    better: "npset",
    than: "dense-small",
    margin: 0,
    about: "adaptive sparse with neuron removal against fully connected with as many parameters",
  },
  { id: "H5", better: "npset", than: "set", margin: 0.015, about: "half of the hidden neurons removed against none" },
  {
    id: "H6",
    better: "npset",
    than: "set-half",
    margin: 0,
    about: "neurons removed during training against half from the start",
  },
];

/** Chance of any false rejection among all hypotheses that is put up with. */
export const ALPHA = 0.05;

/**
 * holds: Holm's p is at most alpha. contradicted: the 95 % interval lies wholly on the other side (below -margin). not shown: neither.
 * undecided: neither, and with so few datasets it could hardly have held. untested: no dataset has both methods.
 */
export type Outcome = "holds" | "contradicted" | "not shown" | "undecided" | "untested";

/** What came out of a hypothesis. Differences are of accuracy as a fraction, better minus than. */
export interface Decision {
  readonly hypothesis: Hypothesis;
  /** What it was decided on, one a source. */
  readonly sources: readonly SourceDifference[];
  /** All datasets by themselves. */
  readonly datasets: readonly DatasetDifference[];
  readonly outcome: Outcome;
  /** null where untested. */
  readonly test: (SignedRank & { readonly adjusted: number }) | null;
  readonly effect: HodgesLehmann | null;
  /** The test and the estimate as if no two datasets shared a source; p is not adjusted. */
  readonly unmerged: { readonly p: number; readonly effect: HodgesLehmann } | null;
}

/** What to decide on. */
export interface DecisionOptions {
  readonly study?: string;
  /** Default: test accuracy at the last epoch. */
  readonly measure?: Measure;
}

/**
 * Decides every hypothesis across datasets: one paired difference a source (the mean over its splits), one-sided signed-rank test, the
 * Hodges-Lehmann estimate with its 95 % interval, Holm over the family. A hypothesis that cannot be tested stays in the family with p = 1, so that
 * leaving runs out never makes another one easier to hold.
 */
export function decide(
  results: readonly RunResult[],
  { study = "main", measure = measureBy(accuracy) }: DecisionOptions = {},
): Decision[] {
  const tested = HYPOTHESES.map((hypothesis) => {
    const datasets = pairedDifferences(results, [hypothesis.better, hypothesis.than], { study, measure });
    const sources = mergeSources(datasets);
    return { hypothesis, datasets, sources, test: testOf(hypothesis, sources) };
  });
  const adjusted = holm(tested.map(({ test }) => test?.p ?? 1));
  return tested.map(({ hypothesis, datasets, sources, test }, i) => {
    if (!test) return { hypothesis, datasets, sources, outcome: "untested", test: null, effect: null, unmerged: null };
    const effect = hodgesLehmann(sources.map(({ difference }) => difference));
    const alone = datasets.map(({ difference }) => difference);
    return {
      hypothesis,
      datasets,
      sources,
      effect,
      outcome: outcomeOf(hypothesis, adjusted[i], effect, sources.length),
      test: { ...test, adjusted: adjusted[i] },
      unmerged: { p: testOf(hypothesis, datasets)?.p ?? 1, effect: hodgesLehmann(alone) },
    };
  });
}

function testOf({ margin }: Hypothesis, all: readonly { readonly difference: number }[]): SignedRank | null {
  const differences = all.map(({ difference }) => difference);
  if (differences.length === 0) return null;
  return margin > 0 ? nonInferiority(differences, margin) : wilcoxonSignedRank(differences, "greater");
}

function outcomeOf({ margin }: Hypothesis, adjusted: number, { interval }: HodgesLehmann, sources: number): Outcome {
  if (adjusted <= ALPHA) return "holds";
  if (interval && interval.high < -margin) return "contradicted";
  return sources < FEWEST_SOURCES ? "undecided" : "not shown";
}

/** The fewest sources with which the least p of the family of six can be small enough: 6 x 2^-n <= alpha. */
export const FEWEST_SOURCES = Math.ceil(Math.log2(HYPOTHESES.length / ALPHA));
