import { isDeepStrictEqual } from "node:util";
import { number, read, record, type Schema, text } from "../../options/schema.js";
import { taskOf } from "../../tasks/index.js";
import type { Task } from "../../tasks/task.js";
import { measureKey } from "../../train/measures.js";
import { initialSizes } from "../../train/trained.js";
import { check, checkKeys } from "../../util/check.js";
import { minimum } from "../../util/extremes.js";
import { shown } from "../../util/shown.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import type { SplitRecord } from "../plan/splits.js";
import { device, type Job } from "../run/job.js";
import type { RunResult } from "../run/records.js";
import { withRates } from "../run/run.js";
import { checkResult, resultOf } from "./check-stored.js";

/** All fields of a task's result, with those that only the run's own machine knows. */
const answerOf = (task: Task): Record<keyof RunResult, Schema<unknown>> => ({
  ...resultOf(task),
  config: text(),
  plan: record({ device, version: text() }),
  seconds: record({ total: number(), tuning: number(), train: number() }),
});

/**
 * Throws a usage error unless a value is the result of this job: its key, its run, what it was computed on and with, and lists of the lengths
 * that the plan says. Answers come from other machines, and a result's key is the name of a file.
 */
export function checkAnswer(value: unknown, run: PlannedRun, job: Job, split: SplitRecord): RunResult {
  const where = "the answer is not what was asked for";
  const learnt = taskOf(run.config.network.task);
  const answer = answerOf(learnt);
  const result = checkResult(learnt, value, where);
  read(record(answer), result, where);
  checkKeys(result, answer, `${where}: field`);
  const most = mostBytes(run, split, learnt);
  const bytes = JSON.stringify(result).length;
  check(bytes <= most, where, () => `${bytes} bytes of JSON, expected at most ${most}`);
  const equal = (name: string, found: unknown, expected: unknown) =>
    check(isDeepStrictEqual(plain(found), plain(expected)), `${where}: ${name}`, () => {
      return `${shown(found)} is not ${shown(expected)}`;
    });
  const { task, origin, split: parts } = job;
  const { data, tuning, final, curves, correct, neurons } = result;
  for (const [name, expected] of Object.entries({ key: task.key, run: task.run, seed: task.seed, ...originOf(job) }))
    equal(name, result[name as keyof RunResult], expected);
  equal("plan.device", result.plan.device, job.device);
  equal("data", data, {
    ...origin.data,
    features: split.features,
    classes: split.classes,
    trainSamples: parts.train.length,
    testSamples: parts.test.length,
  });
  checkTuning(result, job, where);
  const rates = tuning ?? task.rates;
  equal("options", result.options, rates && { ...withRates(task.train, rates), seed: task.seed });
  if (correct !== null) {
    equal("correct: length", correct.length, parts.test.length);
    const first = measureKey("test", learnt.metrics[0].name);
    equal(`final.${first}`, final[first], correct.replaceAll("0", "").length / correct.length);
  }
  equal("curves: epochs", curves.nnz.length, run.config.epochs);
  equal("neurons.initial", neurons.initial, initialSizes(run.config));
  equal("neurons.final: layers", neurons.final.length, neurons.initial.length);
  equal("removedAfter: given", result.removedAfter !== null, task.removeAfter);
  for (const [name, share] of Object.entries(sharesOf(result, learnt)))
    check(share >= 0 && share <= 1, `${where}: ${name}`, () => `${share} is no share from 0 to 1`);
  return result;
}

function originOf({ origin: { config, version, command } }: Job) {
  return { config, version, command };
}

/** Of the fields that hold fractions one that is none, where there is one. */
function sharesOf({ final, curves, floor }: RunResult, task: Task): Record<string, number> {
  const extremes = (list: readonly number[]) => list.reduce((sum, share) => (share >= 0 && share <= 1 ? sum : share), 0);
  const shares = task.metrics.filter(({ fraction }) => fraction).map(({ name }) => name);
  const keys = shares.flatMap((name) => [measureKey("train", name), measureKey("test", name)]);
  const measured = (task.measured ?? []).filter(({ fraction }) => fraction).map(({ name }) => measureKey("test", name));
  return {
    ...(floor !== null && task.metrics[0].fraction && { floor }),
    ...Object.fromEntries([...keys, ...measured].map((key) => [`final.${key}`, final[key]])),
    ...Object.fromEntries(keys.map((key) => [`curves.${key}`, extremes(curves[key])])),
  };
}

/** Other runs take a tuning's rates: they are those of its least loss, of the trials that were to be made. */
function checkTuning({ tuning }: RunResult, { task: { grid } }: Job, where: string): void {
  check((tuning === null) === (grid === null), `${where}: tuning`, () => {
    return `${shown(tuning)} where ${grid ? "some" : "none"} is expected`;
  });
  if (!tuning || !grid) return;
  const { trials, lr, decay } = tuning;
  const [first, ...others] = grid.decays;
  const planned = [...grid.lrs.map((rate) => [rate, first]), ...others.map((other) => [lr, other])];
  check(
    isDeepStrictEqual(
      trials.map((trial) => [trial.lr, trial.decay]),
      planned,
    ),
    `${where}: tuning.trials`,
    () => {
      return "are not the rates that were to be tried";
    },
  );
  const least = minimum(trials.map(({ loss }) => loss ?? Infinity));
  const best = trials.find(({ loss }) => loss === least);
  check(best?.lr === lr && best.decay === decay, `${where}: tuning`, () => {
    return `lr ${lr}, decay ${decay} are not those of the least loss`;
  });
}

/** More than any true result of a run takes: some numbers an epoch, a character a sample, the classes, and what is always there. */
function mostBytes({ config, testSamples }: PlannedRun, { classes }: SplitRecord, { metrics }: Task): number {
  const numbers = 2 * (1 + metrics.length) + 2;
  return 2 ** 20 + 48 * numbers * config.epochs + testSamples + JSON.stringify(classes).length + 32 * config.layout.sizes.length;
}

/** As it is after JSON, which leaves out what is undefined. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}
