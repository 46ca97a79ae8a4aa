import type { Dataset } from "../data/dataset.js";
import { shuffleLabels } from "../experiment/repeat/shuffle.js";
import { inputStrength } from "../experiment/repeat/strength.js";
import { correctedInterval, type Interval, meanOf } from "../experiment/statistics/interval.js";
import { scoreClasses } from "../metrics/classes/scores.js";
import type { MetricRange } from "../metrics/metric.js";
import { random } from "../util/random.js";
import { answerOf, forgetRefits, probabilitiesOf, type Refits, refit } from "./answer.js";
import { BASELINES } from "./baselines/index.js";
import { outerName } from "./dry-run.js";
import { type Chosen, choose, chooseAll, type Part, partsOf } from "./parts.js";
import type { FitEstimate, FitFamily, FitFold, FitMeasure, FitMeasures, FitPlan } from "./result.js";
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
  const parts = partsOf(chooseAll(data), plan.outer, plan.seed, "outer");
  const noise: Chosen = { ...chooseAll(shuffleLabels(data, plan.seed)), relabelled: true }; // once: training parts share its wrong labels as they share right ones
  const folds: FitFold[] = [];
  for (const [k, part] of parts.entries()) {
    events.onFold?.(k, parts.length);
    folds.push(await outerFold(run, plan, part, noise, events));
  }
  return { ...summarise(folds, data), sets: judgeSets(folds, data, plan) };
}

/** The measures of every model over the folds. */
function summarise(folds: readonly FitFold[], data: Dataset): Omit<FitEstimate, "sets"> {
  const scores = folds.map(({ test, probabilities }) => {
    const labels = Uint32Array.from(test, (i) => data.y[i]);
    const of = (p: ArrayLike<number>) => scoresOf(Float64Array.from(p), labels, data.classes.length);
    return Object.fromEntries(Object.entries(probabilities).map(([name, p]) => [name, of(p)]));
  });
  const sizes = [meanOf(folds.map(({ trainSamples }) => trainSamples)), meanOf(folds.map(({ test }) => test.length))] as const;
  const measuresOf = (name: string): FitMeasures => {
    const of = (measure: FitMeasure) =>
      intervalOf(
        scores.map((fold) => fold[name][measure]),
        sizes,
        measure === "crossEntropy" ? [0, Infinity] : [0, 1],
      );
    return {
      accuracy: of("accuracy"),
      balancedAccuracy: of("balancedAccuracy"),
      auc: of("auc"),
      crossEntropy: of("crossEntropy"),
    };
  };
  const others = Object.keys(folds[0].probabilities).filter((name) => name !== "fit");
  const beyondOf = (name: string) => {
    const differences = scores.map((fold) => (fold.fit.accuracy as number) - (fold[name].accuracy as number));
    return intervalOf(differences, sizes) as Interval;
  };
  return {
    folds,
    measures: measuresOf("fit"),
    baselines: Object.fromEntries(others.map((name) => [name, measuresOf(name)])),
    beyondLinear: beyondOf("linear"),
    beyond: Object.fromEntries(others.map((name) => [name, beyondOf(name)])),
  };
}

function scoresOf(probabilities: Float64Array, labels: Uint32Array, classes: number): Record<FitMeasure, number | null> {
  const { accuracy, balancedAccuracy, rocAuc, logLoss } = scoreClasses(probabilities, labels, classes);
  return { accuracy, balancedAccuracy, auc: rocAuc, crossEntropy: logLoss };
}

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
  const shuffled = await refit(run, choose(noise, part.rest), plan, `${name}/shuffled`, found, events.onRefit);
  const fold = await testFold(run, plan, part, name, refits, shuffled);
  await keep(run.store, `${name}/fold.json`, fold);
  await forgetRefits(run, name);
  await forgetRefits(run, `${name}/shuffled`);
  return fold;
}

async function testFold(
  run: FitRun,
  { seed }: FitPlan,
  { repeat, fold, train: { data: train }, test, heldOut: { data: heldOut } }: Part,
  name: string,
  refits: Refits,
  shuffled: Refits,
): Promise<FitFold> {
  const answer = answerOf(refits);
  const { choice } = refits;
  const fitted = Object.values(BASELINES).map(
    (one) => [one.name, one.fit(train, random(seed, "fit baseline", name, one.name))] as const,
  );
  const { candidate, epoch } = choice.best.linear;
  return {
    repeat,
    fold,
    test,
    trainSamples: train.samples,
    choice,
    probabilities: {
      fit: Array.from(await probabilitiesOf(run, answer, heldOut)),
      linear: Array.from(await probabilitiesOf(run, refits.linear, heldOut)),
      ...Object.fromEntries(fitted.map(([called, model]) => [called, Array.from(model.predict(heldOut))])),
    },
    baselines: {
      linear: `${candidate.name}, ${epoch} epochs`,
      ...Object.fromEntries(fitted.map(([called, model]) => [called, model.describe()])),
    },
    strength: Array.from(inputStrength(answer)),
    shuffled: Array.from(inputStrength(answerOf(shuffled))),
  };
}
