import type { Dataset } from "../data/dataset.js";
import { suggestNetwork } from "../data/suggest.js";
import { lossOf } from "../losses/index.js";
import { changes } from "../methods/evolution-of.js";
import { methodOf } from "../methods/index.js";
import { type TaskName, taskOf } from "../tasks/index.js";
import type { TrainOptions } from "../train/options.js";
import { random } from "../util/random.js";
import type { FitCandidate } from "./result.js";

/** Candidates of `linear` for each network: they are cheap, and a network is to beat the best of them. */
export const LINEAR_SHARE = 3;
/** Features up to which dense networks are tried, too: beyond, they cost many times what sparse ones do. */
const MOST_DENSE = 500;

/** Samples of a batch of a loss that couples them, as far as there are so many: risk sets of some hundred are near to those of all. */
const COUPLED = 128;
/** How many times the suggested epochs such a loss takes at most: larger batches are fewer steps. */
const MOST_TIMES = 4;

/** What the suggested rate is divided by for numbers: the gradient of a squared error has no bound, and at the whole rate small tables diverge. */
const OF_NUMBERS = 10;

/** What suits data of this size, and the task. */
export function recipeOf(data: Dataset, taskName: TaskName | undefined, fewest = data.samples) {
  const recipe = suggestNetwork(data);
  const task = taskOf(taskName);
  if (task.scaled) return { ...recipe, lr: recipe.lr / OF_NUMBERS };
  if (!lossOf(task.losses[0]).whole) return recipe;
  const batch = Math.max(Math.min(recipe.batch, fewest), Math.min(COUPLED, fewest));
  return { ...recipe, batch, epochs: recipe.epochs * Math.max(1, Math.min(MOST_TIMES, Math.round(batch / recipe.batch))) };
}

/** What candidates have in common, by the data: `epochs` of a whole run, `stop` between its stops, `fewest` samples of a training. */
interface Frame {
  readonly data: Dataset;
  readonly task?: TaskName;
  readonly seed: number;
  readonly epochs: number;
  readonly stop: number;
  readonly fewest?: number;
}

/** A number from 0 to 1 for each of `count` candidates, one in each of `count` equal ranges: no part of an axis is left out. */
type Axis = (name: string) => number[];

function axes(seed: number, family: string, count: number): Axis {
  return (name) => {
    const rng = random(seed, "fit candidates", family, name);
    const ranges = Uint32Array.from({ length: count }, (_, i) => i);
    rng.shuffle(ranges);
    return Array.from(ranges, (range) => (range + rng.float()) / count);
  };
}

const choose = <T>(values: readonly T[], at: number): T => values[Math.floor(at * values.length)];
/** From `low` to `high`, evenly in the logarithm; three digits are enough, and read well. */
const between = (low: number, high: number, at: number) => Number((low * (high / low) ** at).toPrecision(3));

/** A network's settings in words. */
function nameOf({
  method,
  hidden,
  epsilon,
  lr,
  dropout,
  norm,
  optimizer,
}: Required<Pick<TrainOptions, "method" | "hidden" | "epsilon" | "dropout">> & {
  readonly norm?: TrainOptions["norm"];
  readonly lr: number;
  readonly optimizer: { readonly decay: number };
}): string {
  const density = methodOf(method).layout.sparse ? `, epsilon ${epsilon}` : "";
  const normed = norm === "batch" ? ", batch norm" : "";
  return `${method} ${hidden.join("-")}${density}, rate ${lr}, decay ${optimizer.decay}, dropout ${dropout}${normed}`;
}

/** Networks to try: first what `suggestNetwork` says, then others around it. */
export function networkCandidates(
  { data, task, seed, epochs, stop, fewest = data.samples }: Frame,
  count: number,
): FitCandidate[] {
  const { batch, inputs, epochs: _, ...first } = recipeOf(data, task, fewest);
  const { hidden, lr } = first;
  const widths = [hidden, hidden.slice(0, 1), hidden.map((width) => Math.ceil(width / 2))];
  const methods = ["npset", "set", ...(data.features <= MOST_DENSE ? ["dense" as const] : [])] as const;
  const axis = axes(seed, "network", count);
  const drawn = ["method", "hidden", "epsilon", "lr", "decay", "dropout", "norm"].map(axis);
  return Array.from({ length: count }, (_, i) => {
    const [which, layers, epsilon, rate, decay, dropout, norm] = drawn.map((values) => values[i]);
    const own =
      i === 0
        ? first
        : {
            method: choose(methods, which),
            hidden: choose(widths, layers),
            epsilon: choose([5, 10, 20], epsilon),
            lr: between(lr / 10, lr * 2, rate),
            dropout: choose([0, 0.3, 0.5], dropout),
            // A last batch of one sample has no spread, so it is dropped. A training of less than a batch would have none left.
            ...(fewest >= batch && choose([null, { norm: "batch" as const, dropLast: true }], norm)),
            optimizer: { decay: between(0.02, 5, decay) },
          };
    const method = methodOf(own.method);
    const removal = method.remove && { removal: { last: epochs / 2 } };
    const evolution = changes(method) && { evolution: { period: stop, ...removal } };
    return { name: nameOf(own), options: { ...(task && { task }), ...own, batch, inputs, epochs, ...evolution } };
  });
}

/**
 * `linear` to try. What a step may be falls with the features: for standardised inputs the curvature of the loss grows with their number.
 * Weights start at 0, as nothing has to be told apart.
 */
export function linearCandidates({ data, task, seed, epochs, fewest }: Frame, count: number): FitCandidate[] {
  const { batch, inputs } = recipeOf(data, task, fewest);
  const axis = axes(seed, "linear", count);
  const [rates, decays] = ["lr", "decay"].map(axis);
  return rates.map((rate, i) => {
    const optimizer = { decay: between(0.005, 50, decays[i]) };
    const lr = between(0.02 / (10 + data.features), 20 / (10 + data.features), rate);
    return {
      name: `linear, rate ${lr}, decay ${optimizer.decay}`,
      options: { ...(task && { task }), method: "linear", init: "zeros", lr, optimizer, batch, inputs, epochs },
    };
  });
}

/** The epoch after which a run may be ended: that of its last removal of neurons. */
export function lastRemoval({ evolution }: TrainOptions): number {
  return evolution?.removal?.last ?? 0;
}
