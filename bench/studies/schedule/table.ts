import { distinct } from "../../../src/experiment/analysis/select.js";
import { holm } from "../../../src/experiment/statistics/holm.js";
import { meanOf } from "../../../src/experiment/statistics/interval.js";
import { type Claimed, type Decision, type Difference, decideAll } from "../decide.js";
import type { Result, Unit } from "./units.js";

/** That the validation accuracy of an arm is above that of the default. */
interface Hypothesis extends Claimed {
  readonly better: Unit["arm"];
  readonly than: Unit["arm"];
}

const DEFAULT = "constant";
const of = (id: string, better: Unit["arm"]): Hypothesis => ({ id, better, than: DEFAULT, margin: 0, about: better });

/** Fixed before any run; README.md says them in words. */
export const HYPOTHESES: readonly Hypothesis[] = [of("S1", "cosine to 75 %"), of("S2", "cosine"), of("S3", "constant to 75 %")];

/** The decisions on what is there: splits count that have both arms. */
export function decide(results: readonly Result[]): Decision<Hypothesis>[] {
  return decideAll<Hypothesis, Difference>({
    hypotheses: HYPOTHESES,
    differencesOf: ({ better, than }) => differencesOf(results, better, than),
    adjust: holm,
    testsOf: () => HYPOTHESES.length,
  });
}

/** Two arms on every dataset: the mean over the splits that have both of what the first has more. */
function differencesOf(results: readonly Result[], better: Unit["arm"], than: Unit["arm"]): Difference[] {
  return distinct(results.map(({ dataset }) => dataset)).flatMap((dataset) => {
    const own = results.filter((result) => result.dataset === dataset);
    const pairs = own.flatMap((first) => {
      const second = own.find(({ split, arm }) => split === first.split && arm === than);
      return first.arm === better && second ? [first.validationAccuracy - second.validationAccuracy] : [];
    });
    const some = new Set(own.filter(({ arm }) => arm === better || arm === than).map(({ split }) => split)).size;
    return pairs.length === 0 ? [] : [{ dataset, difference: meanOf(pairs), splits: pairs.length, missing: some - pairs.length }];
  });
}

const points = (fraction: number) => `${fraction > 0 ? "+" : ""}${(100 * fraction).toFixed(2)}`;

/** A line for each hypothesis. */
export function tableOf(results: readonly Result[]): string[] {
  const rows = decide(results).map(({ hypothesis: { id, better, than }, sources, effect, test, outcome }) => {
    const [above, below] = [1, -1].map((sign) => sources.filter(({ difference }) => sign * difference > 0).length);
    const range = effect?.interval ? ` (${points(effect.interval.low)} to ${points(effect.interval.high)})` : "";
    const found =
      effect && test ? [`${points(effect.estimate)}${range}`, `${above}, ${below}`, test.adjusted.toPrecision(2)] : ["", "", ""];
    return `| ${[`${id}: ${better} - ${than}`, ...found, outcome].join(" | ")} |`;
  });
  return [
    `${results.length} units are there, of ${new Set(results.map(({ dataset }) => dataset)).size} datasets.`,
    "",
    "| | difference | above, below | p by Holm | |",
    "|---|--:|--:|--:|---|",
    ...rows,
  ];
}
