import type { Dataset } from "../../../src/api/index.js";
import { scoreClasses } from "../../../src/api/metrics.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import { largestOfRows } from "../../../src/metrics/classes/rows.js";
import type { Answer } from "./records.js";

/** Probabilities [samples, classes] of the test part, of each member, and what the members are made of. */
export interface Members {
  readonly probabilities: readonly Float64Array[];
  /** Weights and biases of each member. */
  readonly parameters: readonly number[];
}

type Truth = Pick<Dataset, "y" | "classes">;

/** The mean of probabilities. */
export function average(all: readonly Float64Array[]): Float64Array {
  return all[0].map((_, k) => all.reduce((sum, one) => sum + one[k], 0) / all.length);
}

/** What the first `count` members say together of a test part, with all that is known of the members. */
export function answerOf({ probabilities, parameters }: Members, { y, classes }: Truth, count: number): Answer {
  const together = average(probabilities.slice(0, count));
  const { accuracy, balancedAccuracy, logLoss } = scoreClasses(together, y, classes.length);
  const answers = probabilities.map((one) => largestOfRows(one, classes.length));
  return {
    members: count,
    accuracy,
    balancedAccuracy,
    crossEntropy: logLoss,
    correct: rightOf(largestOfRows(together, classes.length), y).join(""),
    parameters: parameters.slice(0, count).reduce((sum, own) => sum + own, 0),
    alone: answers.map((own) => meanOf(rightOf(own, y))),
    curve: Array.from({ length: probabilities.length }, (_, m) => accuracyAt(probabilities, { y, classes }, m + 1)),
    disagreement: count > 1 ? disagreementOf(answers.slice(0, count)) : null,
    tuned: null,
  };
}

const rightOf = (answers: Uint32Array, y: Dataset["y"]) => Array.from(answers, (answer, i) => Number(answer === y[i]));

/** The mean accuracy of groups of `count` members, as many as there are without a member of another group. */
function accuracyAt(members: readonly Float64Array[], { y, classes }: Truth, count: number): number {
  const groups = Math.floor(members.length / count);
  const accuracies = Array.from({ length: groups }, (_, g) => {
    const together = average(members.slice(g * count, (g + 1) * count));
    return meanOf(rightOf(largestOfRows(together, classes.length), y));
  });
  return meanOf(accuracies);
}

/** The share of samples that two take for different classes, the mean over all pairs. */
export function disagreementOf(answers: readonly Uint32Array[]): number {
  const shares: number[] = [];
  for (const [i, first] of answers.entries())
    for (const second of answers.slice(i + 1))
      shares.push(meanOf(Array.from(first, (answer, k) => Number(answer !== second[k]))));
  return meanOf(shares);
}
