import type { Dataset } from "../data/dataset.js";
import { takeSamples } from "../data/take-samples.js";
import { shuffleLabels } from "../experiment/repeat/shuffle.js";
import { inputStrength } from "../experiment/repeat/strength.js";
import { judgingOf } from "../experiment/run/leg.js";
import { correctedInterval, meanOf } from "../experiment/statistics/interval.js";
import { type MetricRange, rangeOf } from "../metrics/metric.js";
import { checkedOutputs, checkedTargets } from "../tasks/checked.js";
import { taskOf } from "../tasks/index.js";
import { counted } from "../util/counted.js";
import { random } from "../util/random.js";
import { answerOf, answersOf, forgetRefits, type Refits, refit } from "./answer.js";
import { BASELINES } from "./baselines/index.js";
import { canLearn, outerName } from "./dry-run.js";
import { type Chosen, choose, chooseAll, type Part, partsOf } from "./parts.js";
import type { FitEstimate, FitFamily, FitFold, FitMeasures, FitPlan } from "./result.js";
import { type SearchEvents, search } from "./search.js";
import { judgeSets } from "./sets.js";
import { keep, recall } from "./store.js";
import type { FitRun } from "./trial.js";

/** What an estimate tells while it runs. */
export interface EstimateEvents extends SearchEvents {
  onFold?(fold: number, of: number): void;
  onRefit?(family: FitFamily): void;
}

/**
 * Nested cross-validation: in each outer fold all of `fit` is done anew on the training part, and what comes out is tested on the samples held out.
 * Search, statistics, baselines, weights and the epoch see nothing of these, so that the estimate is of the way of choosing, not of its luck.
 */
export async function estimate(run: FitRun, data: Dataset, plan: FitPlan, events: EstimateEvents): Promise<FitEstimate | null> {
  if (!plan.outer) return null;
  const parts = partsOf(chooseAll(data), { ...plan, ...plan.outer }, "outer");
  const noise: Chosen = { ...chooseAll(shuffleLabels(data, plan.seed)), relabelled: true }; // once: training parts share its wrong labels as they share right ones
  const folds: FitFold[] = [];
  for (const [k, part] of parts.entries()) {
    events.onFold?.(k, parts.length);
    folds.push(await outerFold(run, plan, part, noise, events));
  }
  return { ...summarise(folds, data, plan), ...(judgingOf(plan.task).truth && { sets: judgeSets(folds, data, plan) }) };
}

/** The measures of every model over the folds. */
function summarise(folds: readonly FitFold[], data: Dataset, plan: FitPlan): Omit<FitEstimate, "sets"> {
  const judging = judgingOf(plan.task);
  const task = taskOf(plan.task);
  const { length: outputs } = checkedOutputs(task, data);
  const scores = folds.map(({ test, answers }) => {
    const truth = checkedTargets(task, takeSamples(data, test), outputs) ?? [];
    const of = (values: ArrayLike<number>) => judging.measure(Float64Array.from(values), truth, outputs);
    return Object.fromEntries(Object.entries(answers).map(([name, values]) => [name, of(values)]));
  });
  const sizes = [meanOf(folds.map(({ trainSamples }) => trainSamples)), meanOf(folds.map(({ test }) => test.length))] as const;
  const all = judging.measures(outputs);
  const measuresOf = (model: string): FitMeasures =>
    Object.fromEntries(
      all.map((measure) => {
        const values = scores.map((fold) => fold[model][measure.name]);
        return [measure.name, intervalOf(values, sizes, rangeOf(measure))];
      }),
    );
  const others = Object.keys(folds[0].answers).filter((name) => name !== "fit");
  const [{ name: first, better }] = all;
  const beyondOf = (model: string) => {
    const differences = scores.map(({ fit, [model]: other }) => {
      const [own, its] = [fit[first], other[first]];
      return own === null || its === null ? null : better === "larger" ? own - its : its - own;
    });
    return intervalOf(differences, sizes) ?? UNKNOWN;
  };
  return {
    folds,
    measures: measuresOf("fit"),
    baselines: Object.fromEntries(others.map((name) => [name, measuresOf(name)])),
    beyondLinear: beyondOf("linear"),
    beyond: Object.fromEntries(others.map((name) => [name, beyondOf(name)])),
  };
}

/** What is known of a difference that fewer than two folds have. */
const UNKNOWN = { mean: 0, low: -Infinity, high: Infinity };

/** The mean over folds and its corrected interval; null where fewer than two folds have a value. */
function intervalOf(values: readonly (number | null)[], [train, test]: readonly [number, number], range?: MetricRange) {
  const known = values.filter((value) => value !== null);
  if (known.length < 2) return null;
  const { mean, low, high } = correctedInterval(known, train, test, 0.95, range);
  return { mean, low, high };
}

/** One outer fold, from the store where it is done. */
async function outerFold(run: FitRun, plan: FitPlan, part: Part, noise: Chosen, events: EstimateEvents): Promise<FitFold> {
  const name = outerName(part);
  const done = await recall<FitFold>(run.store, `${name}/fold.json`);
  const found = await search(run, part.train, plan, name, events); // of what is done it takes no time
  if (done) return done;
  const refits = await refit(run, part.train, plan, name, found, events.onRefit);
  const shuffled = await refit(run, shuffledPart(noise, part, plan), plan, `${name}/shuffled`, found, events.onRefit);
  const fold = await testFold(run, plan, part, name, refits, shuffled);
  await keep(run.store, `${name}/fold.json`, fold);
  await forgetRefits(run, name);
  await forgetRefits(run, `${name}/shuffled`);
  return fold;
}

/** The training part with wrong labels: those of the whole data; where nothing can be learnt of them, as a rare label lies elsewhere, its own anew. */
function shuffledPart(noise: Chosen, { rest, train }: Part, plan: FitPlan): Chosen {
  const shared = choose(noise, rest);
  return canLearn(shared.data, plan) ? shared : { ...train, data: shuffleLabels(train.data, plan.seed), relabelled: true };
}

async function testFold(
  run: FitRun,
  { seed, task }: FitPlan,
  { repeat, fold, train: { data: train }, test, heldOut: { data: heldOut } }: Part,
  name: string,
  refits: Refits,
  shuffled: Refits,
): Promise<FitFold> {
  const answer = answerOf(refits);
  const { choice } = refits;
  const baselines = judgingOf(task).baselines.map((called) => BASELINES[called]);
  const fitted = baselines.map((one) => [one.name, one.fit(train, random(seed, "fit baseline", name, one.name))] as const);
  const { candidate, epoch } = choice.best.linear;
  return {
    repeat,
    fold,
    test,
    trainSamples: train.samples,
    choice,
    answers: {
      fit: Array.from(await answersOf(run, answer, heldOut)),
      linear: Array.from(await answersOf(run, refits.linear, heldOut)),
      ...Object.fromEntries(fitted.map(([called, model]) => [called, Array.from(model.predict(heldOut))])),
    },
    baselines: {
      linear: `${candidate.name}, ${counted(epoch, "epoch")}`,
      ...Object.fromEntries(fitted.map(([called, model]) => [called, model.describe()])),
    },
    strength: Array.from(inputStrength(answer)),
    shuffled: Array.from(inputStrength(answerOf(shuffled))),
  };
}
