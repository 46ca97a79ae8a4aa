import { type Measure, measureBy } from "../../../src/experiment/analysis/estimate.js";
import { type DatasetDifference, pairedDifferences } from "../../../src/experiment/analysis/pairs.js";
import type { RunResult } from "../../../src/experiment/run/records.js";
import { holm } from "../../../src/experiment/statistics/holm.js";
import type { MethodName } from "../../../src/methods/index.js";
import { accuracy } from "../../../src/metrics/accuracy.js";
import { type Claimed, type Decision as Decided, decideAll, fewestSources } from "../decide.js";

/** That a method's test accuracy is above another's; with a margin, that it is not below by as much. */
export interface Hypothesis extends Claimed {
  readonly better: MethodName;
  readonly than: MethodName;
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

/** What came out of a hypothesis. */
export type Decision = Decided<Hypothesis, DatasetDifference>;

/** What to decide on. */
export interface DecisionOptions {
  readonly study?: string;
  /** Default: test accuracy at the last epoch. */
  readonly measure?: Measure;
}

/** Decides every hypothesis across datasets, with Holm's p over the family: see `decideAll`. */
export function decide(
  results: readonly RunResult[],
  { study = "main", measure = measureBy(accuracy) }: DecisionOptions = {},
): Decision[] {
  return decideAll({
    hypotheses: HYPOTHESES,
    differencesOf: ({ better, than }) => pairedDifferences(results, [better, than], { study, measure }),
    adjust: holm,
    testsOf: () => HYPOTHESES.length,
  });
}

/** The fewest sources with which one of the six can hold. */
export const FEWEST_SOURCES = fewestSources(HYPOTHESES.length);
