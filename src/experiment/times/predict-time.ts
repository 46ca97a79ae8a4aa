import { countEvolutions } from "../../evolution/schedules.js";
import { plannedConnections, stepFlop } from "../plan/flop.js";
import type { PlannedRun } from "../plan/planned-runs.js";
import type { Timing } from "../run/job.js";
import { FRACTIONS, REMOVAL_ORDERS } from "../run/post-removal.js";
import { EVALUATIONS } from "../run/run.js";

/**
 * Share of tuning's trials that diverged, so early that they took about nothing: measured over 525 trials of each method in the built-in suite
 * with its four rates (docs/generalization, "Tuning"). Without it that suite's plan was half as much again as what it took (docs/plan.md).
 * None of a method that is not listed.
 */
const DIVERGED: Readonly<Record<string, number>> = {
  npset: 0.156,
  set: 0.118,
  static: 0.114,
  "static-np": 0.105,
  "set-half": 0.145,
  dense: 0.312,
  "dense-small": 0.072,
  linear: 0,
};

/**
 * Seconds that a run is to take, from what a few epochs of its network took. Steps and evaluations grow and shrink with the connections that
 * the plan has in each epoch; a training has its setup, an evolution its time. Of tuning's trainings as many count as do not diverge in the built-in suite.
 */
export function predictSeconds(
  { task, config, trainSamples, testSamples, trials, fittedSamples }: PlannedRun,
  timing: Timing,
): number {
  const connections = plannedConnections(config);
  const size = connections.reduce((sum, layers) => sum + stepFlop(layers), 0) / (connections.length * stepFlop(connections[0]));
  const { epochs, batch, evolution } = config;
  const evolutions = evolution ? countEvolutions(evolution, epochs) : 0;
  const training = (samples: number, evaluated: number) =>
    timing.msSetup +
    epochs * Math.ceil(samples / batch) * timing.msPerStep * size +
    evaluated * timing.msPerEvaluatedSample * size +
    evolutions * timing.msPerEvolution * size;
  const refit = training(trainSamples, epochs * (trainSamples + testSamples));
  const tuning =
    (1 - (DIVERGED[config.method] ?? 0)) * trials * training(fittedSamples, Math.min(epochs, EVALUATIONS) * trainSamples);
  const removal = task.removeAfter ? REMOVAL_ORDERS * FRACTIONS.length * testSamples * timing.msPerEvaluatedSample * size : 0;
  return (refit + tuning + removal) / 1000;
}
