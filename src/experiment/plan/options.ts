import { COMPARED, METHOD_NAMES, type MethodName, methodOf } from "../../methods/index.js";
import { METRICS, type MetricName } from "../../metrics/index.js";
import { LEARNT } from "../../nn/options.js";
import { option } from "../../options/option.js";
import { integer, list, nullable, number, oneOf, optional, text } from "../../options/schema.js";
import { type TaskName, taskOf } from "../../tasks/index.js";
import { needsLabels } from "../../tasks/reading.js";
import type { Task } from "../../tasks/task.js";
import { LAYOUT, TRAINING, width } from "../../train/options.js";

const fraction = number({ above: 0, below: 1 });
const numbers = list(number({ min: 0 }), { least: 1, takes: "a list of numbers" });

/** Settings of a suite's trainings and splits, which a dataset may have of its own. */
export const SIZES = {
  splits: option(integer({ min: 1, max: 1000 }), 5, "random splits, or seeds on a fixed one"),
  test: option(fraction, 1 / 3, "fraction of the samples that a random split tests on", { otherwise: "1/3" }),
  hidden: option(list(width, { least: 1, takes: "a list of widths; give e.g. [500, 500]" }), [500, 500, 500], LAYOUT.hidden.help),
  epsilon: option(LAYOUT.epsilon.schema, 10, LAYOUT.epsilon.help),
  epochs: option(nullable(integer({ min: 2, max: 10_000_000 })), null, TRAINING.epochs.help, {
    otherwise: "100 of fewer than 500 samples, else 40",
  }),
  batch: option(nullable(TRAINING.batch.schema), null, TRAINING.batch.help, {
    otherwise: "8 of fewer than 200 training samples, else 32",
  }),
};

/** Settings of a whole suite. */
export const SUITE = {
  task: {
    ...LEARNT.task,
    otherwise: "classification; survival where a dataset has a time, multi-label where one has a labelSeparator",
  },
  seed: option(integer({ min: 0, max: 2 ** 31 }), 1, "split s and its trainings take seed + s, for every method"),
  methods: option(
    list(oneOf(METHOD_NAMES), { least: 1, takes: `a list of some of ${METHOD_NAMES.join(", ")}` }),
    ({ task }: { task: TaskName | Task }): readonly MethodName[] =>
      COMPARED.filter((name) => needsLabels(taskOf(task)) || methodOf(name).layout.hidden),
    "methods of study main, in the order of tables",
    { otherwise: "all but published presets; of task reconstruct those with hidden layers" },
  ),
  lrs: option(numbers, [0.001, 0.005, 0.02, 0.1], "learning rates that are tried, with the first of the decays"),
  decays: option(numbers, [0, 0.02], "decays; the others are tried at the best rate"),
  validation: option(fraction, 0.2, "fraction of a training part that a validation fold holds"),
  folds: option(integer({ min: 1, max: 100 }), 3, "folds where the training part is below 200 samples; else 1"),
  prepare: option(
    optional(list(text(), { least: 1, takes: "a list of steps" })),
    undefined,
    "what samples go through before they are scaled, learnt of each training part",
    { otherwise: "nothing" },
  ),
  metric: option(
    oneOf(["loss", ...(Object.keys(METRICS) as MetricName[])]),
    "loss",
    "what rates, decays and the best epoch are chosen by in validation: the loss, or a metric; reports compare by the task's first metric",
  ),
  classWeight: option(oneOf(["none", "balanced"]), "none", "weights of the classes in the loss of every training"),
  removeAfter: option(
    list(text(), { takes: "a list; name datasets of the suite" }),
    [],
    "datasets on which study main removes neurons after training",
    { otherwise: "none", said: "removeAfter" },
  ),
};
