import { countAnswers, type SavedModel } from "../../io/saved-model.js";
import { number } from "../../options/schema.js";
import { grouped } from "../../report/format.js";
import { toCsv, toRecords } from "../../tasks/answer-lines.js";
import { outputsOf } from "../../tasks/answers.js";
import { predictionSets, rankOf } from "../../tasks/conformal.js";
import { taskOf } from "../../tasks/index.js";
import { learnsNumbers, needsLabels, readingLike } from "../../tasks/reading.js";
import type { Uncertainty } from "../../tasks/uncertainty.js";
import type { Prediction } from "../../train/model.js";
import { check } from "../../util/check.js";
import type { Call, CommandSpec } from "../command.js";
import { giveRecords } from "../give-records.js";
import { withModel } from "../model-file.js";
import { type ModelValues, readModelSamples } from "../model-samples.js";
import { DEVICE, SAMPLES, setting, turn, word } from "../options.js";
import { PIECES } from "../own-pieces.js";
import { say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice predict runs/digits-npset-1/model.safetensors --data digits --out predictions.csv
  coppice predict model.safetensors --data new.csv --no-label --out predictions.csv

Features are found by name where model and data have names; other columns are left out. A column of sample IDs is repeated in front
of each line as "id". Without --out the lines go to standard output. Labels that a spreadsheet would run as a formula get an apostrophe in front.
`;

const OPTIONS = {
  "Data options": SAMPLES,
  "Run options": {
    ...DEVICE,
    ...PIECES,
    uncertainty: turn(
      "of an ensemble: columns that tell how unsure it is, of classes the entropy of its answer and the part that is disagreement, in nats, of several labels the same for each; of targets the deviation of its members",
    ),
    sets: setting(
      number({ above: 0, below: 1 }),
      "a column more: the classes that hold the true one in so many of 1 cases, e.g. 0.9",
      { unit: "share" },
    ),
    out: word("FILE.csv", "file to write"),
    json: turn("print a JSON document: a summary, or without --out the predictions"),
  },
};

/** `coppice predict`: classes and probabilities. */
export const predict: CommandSpec = {
  name: "predict",
  about: "class and probabilities of every sample, as CSV",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runPredict,
};

type Values = ModelValues & { readonly uncertainty?: boolean; readonly sets?: number };

async function runPredict(values: Values, { args: [path], terminal }: Call): Promise<void> {
  const { saved, source, dataset, absent } = await readModelSamples(path, values, terminal, (model) => {
    if (values.uncertainty) checkUncertainty(model);
    if (values.sets !== undefined) checkSets(model);
    const task = taskOf(model.config.task);
    return {
      ignoreLabels: true,
      ...((learnsNumbers(task) || !needsLabels(task)) && readingLike(task, { classes: model.classes })),
    };
  });
  const { prediction, device } = await withModel(saved, values, terminal, async (model) => {
    return { prediction: await model.predict(dataset.x), device: model.device.kind };
  });
  say(terminal, ...prediction.notes.map((note) => `note: ${note}`));
  const { answer = outputsOf } = taskOf(saved.config.task);
  const unsure = values.uncertainty ? uncertaintyOf(prediction) : undefined;
  const sets = values.sets === undefined ? undefined : setsOf(saved, prediction, values.sets);
  if (sets) say(terminal, sets.note);
  const records = () => toRecords((i) => ({ ...answer(prediction, i), ...unsure?.(i), ...sets?.of(i) }), dataset);
  const { classes } = saved;
  const { samples } = dataset;
  const { notes } = prediction;
  const document = { model: path, data: source.name, device, samples, classes, ...(absent.length > 0 && { absent }), notes };
  await giveRecords(values, terminal, document, {
    name: "predictions",
    said: `${grouped(samples)} predictions`,
    records,
    lines: () => toCsv(records(), classes),
  });
}

/** Checks, before anything is computed, that a model can be unsure. */
function checkUncertainty(saved: SavedModel): void {
  check(countAnswers(saved) > 1, "--uncertainty", () => {
    return "the model is one network, and only members can disagree; train with --members";
  });
  const { name, unsure } = taskOf(saved.config.task);
  check(unsure === true, "--uncertainty", () => `task ${name} does not tell how unsure its answers are; leave it out`);
}

/** The columns of uncertainty for sample i. */
function uncertaintyOf({ uncertainty = {} as Uncertainty }: Prediction) {
  const columns = Object.entries(uncertainty) as [string, Float32Array][];
  return (i: number) => Object.fromEntries(columns.map(([name, values]) => [name, values[i]]));
}

/** Checks, before anything is computed, that a model keeps what sets are made by. */
function checkSets({ conformal }: SavedModel): void {
  check(conformal !== undefined, "--sets", () => {
    return "the model keeps no scores of out-of-fold predictions, which sets are made by; give it some by conformalScores of coppice/io";
  });
}

/** The column of sets, and what there is to tell of them. */
function setsOf({ conformal = new Float32Array(), classes }: SavedModel, { probabilities }: Prediction, level: number) {
  const sets = predictionSets(conformal, probabilities, classes.length, level);
  const mean = sets.reduce((sum, { length }) => sum + length, 0) / sets.length;
  const few =
    rankOf(conformal.length, level) > conformal.length ? ": too few for that share, so that a set holds all classes" : "";
  return {
    note: `sets of ${level} hold ${mean.toPrecision(3)} classes on average, by ${grouped(conformal.length)} out-of-fold predictions${few}`,
    of: (i: number) => ({ set: Array.from(sets[i], (c) => classes[c]).join("|") }),
  };
}
