import { bootstrapMetric } from "../../experiment/statistics/bootstrap-metric.js";
import { bootstrapScores } from "../../experiment/statistics/bootstrap-scores.js";
import type { Interval } from "../../experiment/statistics/interval.js";
import type { Metric, Told } from "../../metrics/metric.js";
import { grouped, measured, short, table } from "../../report/format.js";
import { balancedOf } from "../../tasks/class-report.js";
import { taskOf } from "../../tasks/index.js";
import type { LabelReport } from "../../tasks/label-report.js";
import { readingLike } from "../../tasks/reading.js";
import type { TargetReport } from "../../tasks/target-report.js";
import type { Task } from "../../tasks/task.js";
import type { Evaluation } from "../../train/model.js";
import { counted } from "../../util/counted.js";
import { percent } from "../../util/percent.js";
import type { Call, CommandSpec } from "../command.js";
import { withModel } from "../model-file.js";
import { type ModelValues, readModelSamples } from "../model-samples.js";
import { ABSENT, DATA, DEVICE, JSON_OUT, missingFor, turn } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { print, printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice eval runs/digits-npset-1/model.safetensors --data digits
  coppice eval model.safetensors --data test.csv --label class --json
  coppice eval model.safetensors --data expression.csv --labels samples.csv --label subtype
`;

/** Classes up to which the confusion matrix is printed; --json has it up to 1,000, and above the pairs that occur. */
const MOST_CLASSES = 30;

const { categories: _made, levels: _ordered, group: _split, sampleWeight: _training, ...reading } = DATA;
const OPTIONS = {
  "Data options": { ...reading, ...missingFor(["error", "drop-samples", "median"]), ...ABSENT },
  "Run options": {
    ...DEVICE,
    ...PIECES,
    intervals: turn("what each score may be off by because of these samples, from 1,000 resamples of them (95 %)"),
    ...JSON_OUT,
  },
};

/** `coppice eval`: what a model does on labelled data. */
export const evaluate: CommandSpec = {
  name: "eval",
  about: "metrics and loss of a model on labelled data; of classes also a table of scores, and the confusion",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runEval,
};

type Values = ModelValues & { readonly intervals?: boolean };

/** An evaluation: what only classifiers have may be missing, and metrics of any name are there. */
type Found = Pick<Evaluation, "loss" | "samples" | "notes"> &
  Partial<Evaluation> & { readonly perTarget?: readonly TargetReport[]; readonly perLabel?: readonly LabelReport[] } & Readonly<
    Record<string, unknown>
  >;

async function runEval(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { saved, source, dataset, absent } = await readModelSamples(path, values, terminal, ({ config, classes }) =>
    readingLike(taskOf(config.task), { classes }),
  );
  const { classes, config } = saved;
  const { metrics, told = values.intervals ? metrics : [], predicts }: Task = taskOf(config.task);
  const ofClasses = predicts === "classes";
  const [evaluation, device] = await withModel(saved, values, terminal, async (model) => {
    return [
      (await model.evaluate(dataset, values.intervals ? { answers: ofClasses, outputs: !ofClasses } : {})) as Found,
      model.device.kind,
    ];
  });
  const { loss, samples, notes, confusion, confusionPairs, answers, outputs, targets, ...more } = evaluation;
  const intervals = values.intervals
    ? intervalsOf(evaluation, [...metrics, ...told.filter(isMetric)], classes.length)
    : undefined;
  say(terminal, ...notes.map((note) => `note: ${note}`));
  if (values.json)
    return printJson(terminal, {
      model: path,
      data: source.name,
      device,
      samples,
      ...Object.fromEntries(metrics.map(({ name }) => [name, more[name]])),
      loss,
      classes,
      confusion,
      ...more,
      ...(intervals && { intervals }),
      ...(confusion?.length === 0 && { confusionPairs }),
      ...(absent.length > 0 && { absent }),
      notes,
    });
  const line = metrics.map((metric) => `${metric.name} ${measured(metric, more[metric.name] as number, 2)}`);
  const balanced = balancedOf(more);
  if (balanced !== null) line.push(`balanced ${percent(balanced, 2)}`);
  print(terminal, `${line.join(", ")}, loss ${short(loss)} on ${counted(grouped(samples), "sample")}`);
  if (told.length > 0) print(terminal, "", ...table(told.map((score) => scoreRow(score, more[score.name], intervals))));
  if (more.perTarget) print(terminal, "", ...targetTable(more.perTarget));
  if (more.perLabel) print(terminal, "", ...labelTable(more.perLabel));
  if (!confusion) return;
  if (classes.length > MOST_CLASSES) return print(terminal, "", `confusion of ${classes.length} classes: see --json`);
  const { recall = [], precision = [], f1 = [] } = more;
  const rows = confusion.map((row, c) => {
    return [classes[c], ...row.map(grouped), ...[recall[c], precision[c], f1[c]].map((value) => percent(value))];
  });
  const head = ["", ...classes, "recall", "precision", "F1"];
  print(terminal, "", "class (down) taken for (across)", ...table([head, ...rows]));
}

/** Whether a number that is told of is made of outputs alone, so that resamples of them have it. */
const isMetric = (score: Told | Metric): score is Metric => "over" in score || "measure" in score;

/** The interval of each score of classes, or of each metric, by its name. */
function intervalsOf(
  { answers, outputs, targets = new Uint32Array(), samples }: Found,
  metrics: readonly Metric[],
  classes: number,
) {
  if (answers) return bootstrapScores(answers.probabilities, targets, classes, { taken: answers.labels });
  const z = outputs as Float32Array;
  const outcome = { z, targets, samples, outputs: classes };
  return Object.fromEntries([...new Set(metrics)].map((metric) => [metric.name, bootstrapMetric(metric, outcome)]));
}

/** A line for each target. */
function targetTable(targets: readonly TargetReport[]): string[] {
  const coverage = targets.some((one) => one.coverage !== undefined) ? ["within quantiles"] : [];
  const rows = targets.map(({ name, rmse, mae, r2, spearman, coverage: share }) => {
    return [name, ...[rmse, mae, r2, spearman].map(short), ...(share === undefined ? [] : [percent(share)])];
  });
  return table([["target", "RMSE", "MAE", "R2", "Spearman's rho", ...coverage], ...rows]);
}

/** A line for each label. */
function labelTable(labels: readonly LabelReport[]): string[] {
  const rows = labels.map(({ name, support, taken, recall, precision, f1 }) => {
    return [name, grouped(support), grouped(taken), ...[recall, precision, f1].map((value) => percent(value))];
  });
  return table([["label", "samples", "taken", "recall", "precision", "F1"], ...rows]);
}

/** A line of the table of scores, with the interval of each if there are any. */
function scoreRow(score: Told, value: unknown, intervals?: Readonly<Record<string, Interval | null>>): string[] {
  const row = [score.label ?? score.name, typeof value === "number" ? measured(score, value, 2) : "not defined"];
  if (!intervals) return row;
  const interval = intervals[score.name];
  return [...row, interval ? `${measured(score, interval.low, 2)} to ${measured(score, interval.high, 2)}` : "-"];
}
