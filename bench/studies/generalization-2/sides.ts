import { distinct } from "../../../src/experiment/analysis/select.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import type { Difference } from "../decide.js";
import type { Answer, UnitResult } from "./records.js";

/** What was answered on one split of a dataset, by all arms. */
type Answers = Readonly<Record<string, Answer | undefined>>;

const together = (name: string) => (answers: Answers) => answers[name]?.accuracy ?? null;
/** One network's accuracy: the mean over the members by themselves, as each is a network of its own. */
const alone = (name: string) => (answers: Answers) => {
  const answer = answers[name];
  return answer ? meanOf(answer.alone) : null;
};

/** Methods of which one network is tuned by itself. */
export const SINGLE = ["npset", "set", "dense", "dense-small", "linear"] as const;

/** The name of the single network with the least validation loss; null where one of them was not tuned. */
export function bestSingle(answers: Answers): (typeof SINGLE)[number] | null {
  const losses = SINGLE.map((name) => answers[name]?.tuned?.loss ?? null);
  if (losses.some((loss) => loss === null)) return null;
  return SINGLE.reduce((best, name) => (lossOf(answers, name) < lossOf(answers, best) ? name : best));
}

const lossOf = (answers: Answers, name: string) => answers[name]?.tuned?.loss ?? Infinity;

/** What is compared, by name: the test accuracy on a split, null where there is none. */
export const SIDES = {
  npset: alone("npset"),
  dense: alone("dense"),
  linear: together("linear"),
  "npset x 10": together("npset"),
  "set x 10": together("set"),
  "dense x 10": together("dense"),
  "dense-small x 10": together("dense-small"),
  "shared x 16": together("shared"),
  blend: together("blend"),
  fit: together("fit"),
  "best single": (answers: Answers) => {
    const name = bestSingle(answers);
    return name && alone(name)(answers);
  },
} satisfies Record<string, (answers: Answers) => number | null>;

/** The name of a side. */
export type Side = keyof typeof SIDES;

/** All answers on a split of a dataset. */
export function answersOn(results: readonly UnitResult[], dataset: string, split: number): Answers {
  const own = results.filter((result) => result.dataset === dataset && result.split === split);
  return Object.fromEntries(own.flatMap(({ answers }) => Object.entries(answers)));
}

/** The accuracies of a side on the splits of a dataset, null where a split has none. */
export function accuraciesOf(results: readonly UnitResult[], dataset: string, side: Side): (number | null)[] {
  const splits = distinct(results.map(({ split }) => split)).sort((a, b) => a - b);
  return splits.map((split) => SIDES[side](answersOn(results, dataset, split)));
}

/** Two sides on every dataset where a split has both: the mean over these splits of what the first has more. */
export function differencesOf(results: readonly UnitResult[], better: Side, than: Side): Difference[] {
  return distinct(results.map(({ dataset }) => dataset)).flatMap((dataset) => {
    const [first, second] = [better, than].map((side) => accuraciesOf(results, dataset, side));
    const pairs = first.flatMap((a, s) => {
      const b = second[s];
      return a === null || b === null ? [] : [a - b];
    });
    if (pairs.length === 0) return [];
    const some = first.filter((a, s) => a !== null || second[s] !== null).length;
    return [{ dataset, difference: meanOf(pairs), splits: pairs.length, missing: some - pairs.length }];
  });
}
