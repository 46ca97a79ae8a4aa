import { runsOf } from "../../../src/experiment/analysis/select.js";
import { hiddenAtStart, hiddenLeft } from "../../../src/experiment/analysis/sweeps.js";
import { hundredths, points, pValue } from "../../../src/experiment/analysis/words.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import { counted } from "../../../src/util/counted.js";
import type { Decision as Decided, Outcome } from "../decide.js";
import { bottlenecks } from "./bottlenecks.js";
import type { Decision } from "./hypotheses.js";
import type { WidthCurve } from "./width.js";

/** A claim of the paper, what speaks for it and against it, and what follows. */
export interface ClaimVerdict {
  readonly claim: string;
  readonly verdict: string;
  readonly pros: readonly string[];
  readonly cons: readonly string[];
}

/** The verdict on each of the three claims, from the decided hypotheses, the runs and the arithmetic of widths. */
export function judgeClaims(
  decisions: readonly Decision[],
  results: readonly RunResult[],
  widths: readonly WidthCurve[],
): ClaimVerdict[] {
  const of = (...ids: string[]) => decisions.filter(({ hypothesis }) => ids.includes(hypothesis.id));
  return [
    generalisation(of("H1", "H2", "H3"), of("H4"), results),
    removal(of("H5"), of("H6"), results),
    linearity(widths, results),
  ];
}

function generalisation(decisive: readonly Decision[], beside: readonly Decision[], results: readonly RunResult[]): ClaimVerdict {
  const { pros, cons } = sides([...decisive, ...beside]);
  const narrow = bottlenecks(results);
  const handicap =
    narrow.length > 0
      ? [
          `H2 and H4 are no fair contest on ${narrow.map(({ dataset }) => dataset).join(", ")}: dense-small has a layer of fewer neurons than classes there.`,
        ]
      : [];
  return {
    claim:
      "Sparse networks with adaptive connectivity and a strict parameter budget generalise better than fully connected ones.",
    verdict: `${verdictOf(decisive)} It asks for H1 and H2 (better than dense networks of the same widths and of the same number of parameters) and for H3 (because the connectivity adapts); H4 is read beside them.`,
    pros,
    cons: [...cons, ...handicap],
  };
}

function removal(decisive: readonly Decision[], beside: readonly Decision[], results: readonly RunResult[]): ClaimVerdict {
  const { pros, cons } = sides([...decisive, ...beside]);
  const runs = runsOf(results, { study: "main", method: "npset", variant: "" });
  const gone = runs.length > 0 ? meanOf(runs.map((run) => 1 - hiddenLeft(run) / hiddenAtStart(run))) : null;
  const share =
    gone === null
      ? []
      : [`npset ended without ${hundredths(gone)} % of its hidden neurons (mean of ${counted(runs.length, "run")}).`];
  return {
    claim: "About 50 % of the hidden neurons can be zeroed out during training while accuracy stays competitive.",
    verdict: `${verdictOf(decisive)} Competitive is read as H5: less than 1.5 points lost against the same network with all its neurons. H6 asks more, whether removing them during training beats a network that starts with half of them.`,
    pros: [...(gone !== null && gone >= 0.4 ? share : []), ...pros],
    cons: [...(gone !== null && gone < 0.4 ? share : []), ...cons],
  };
}

function linearity(curves: readonly WidthCurve[], results: readonly RunResult[]): ClaimVerdict {
  const sparse = curves.filter(({ method }) => method === "set");
  const straight = sparse.filter(({ offLine }) => offLine !== null && offLine < 0.01);
  const bent = sparse.filter(({ offLine }) => offLine !== null && offLine >= 0.01);
  const capped = sparse.filter((curve) => curve.capped.length > 0);
  const npset = runsOf(results, { study: "main", method: "npset", variant: "" });
  const kept = meanOf(npset.map(({ parameters }) => parameters.final / parameters.initial));
  const left = meanOf(npset.map((run) => hiddenLeft(run) / hiddenAtStart(run)));
  const crowding =
    kept > left
      ? [
          `Under a constant budget removing neurons removes fewer parameters than neurons: npset kept ${hundredths(kept)} % of its parameters with ${hundredths(left)} % of its hidden neurons (mean of ${counted(npset.length, "run")}).`,
        ]
      : [];
  return {
    claim: "The number of parameters stays linear in the number of neurons.",
    verdict:
      "True by construction where no layer is full. Nothing is measured here: epsilon (in + out) connections a layer is the definition of an Erdos-Renyi layer.",
    pros: straight.map(
      ({ epsilon, offLine }) =>
        `epsilon ${epsilon}: the counts lie within ${offLine !== null && offLine < 1e-4 ? "0.01" : (100 * (offLine ?? 0)).toFixed(2)} % of a straight line over the widths where no layer is full.`,
    ),
    cons: [
      ...capped.map(
        ({ epsilon, capped }) =>
          `epsilon ${epsilon}: at widths of ${capped.join(", ")} the density is capped at 1, so a layer is fully connected and grows with the square of the width.`,
      ),
      ...bent.map(
        ({ epsilon, offLine }) =>
          `epsilon ${epsilon}: the counts leave a straight line by up to ${(100 * (offLine ?? 0)).toFixed(1)} %, where the output layer changes from dense to sparse.`,
      ),
      ...crowding,
    ],
  };
}

/** One word for all of these hypotheses together, and which they are. */
function verdictOf(decisions: readonly Decision[]): string {
  const named = (outcome: Decision["outcome"]) =>
    decisions.filter((decision) => decision.outcome === outcome).map(({ hypothesis }) => hypothesis.id);
  const [held, contradicted, untested] = [named("holds"), named("contradicted"), named("untested")];
  const undecided = named("undecided");
  if (untested.length > 0) return `Not decided: ${untested.join(", ")} could not be tested.`;
  if (undecided.length > 0) return `Not decided: there are too few datasets for ${undecided.join(", ")}.`;
  if (held.length === decisions.length) return "Supported.";
  if (held.length > 0) return `Supported in part: ${held.join(", ")} held, the rest did not.`;
  if (contradicted.length > 0) return `Not supported, and contradicted by ${contradicted.join(", ")}.`;
  return "Not shown by these experiments, and not refuted by them.";
}

function sides(decisions: readonly Decision[]): { pros: string[]; cons: string[] } {
  const said = (holds: boolean) => decisions.filter(({ outcome }) => (outcome === "holds") === holds).map(sentence);
  return { pros: said(true), cons: said(false) };
}

/** What came out of a hypothesis, in one sentence with its numbers. */
export function sentence({ hypothesis, sources, outcome, test, effect }: Decided): string {
  const { id, better, than, margin, about } = hypothesis;
  const says = margin > 0 ? `${better} not worse than ${than} by ${(100 * margin).toFixed(1)} points` : `${better} > ${than}`;
  const head = `${id}, ${says} (${about})`;
  if (!test || !effect) return `${head}: not tested, there is no dataset with results of both.`;
  const above = sources.filter(({ difference }) => difference > 1e-12).length;
  const below = sources.filter(({ difference }) => difference < -1e-12).length;
  const range = effect.interval
    ? `95 % interval ${points(effect.interval.low)} to ${points(effect.interval.high)}`
    : "too few datasets for a 95 % interval";
  const numbers = `${better} minus ${than} is ${points(effect.estimate)} points (${range}); above on ${above} and below on ${below} of ${counted(sources.length, "dataset")}; p\u00a0${equals(test.p)}, adjusted\u00a0${equals(test.adjusted)}`;
  return `${head}: ${OUTCOMES[outcome]}. ${numbers}.`;
}

const OUTCOMES: Readonly<Record<Outcome, string>> = {
  holds: "holds",
  contradicted: "contradicted, the whole interval says the opposite",
  "not shown": "not shown",
  undecided: "not decided, too few datasets",
  untested: "not tested",
};

function equals(p: number): string {
  const text = pValue(p);
  return text.startsWith("<") ? text : `=\u00a0${text}`;
}
