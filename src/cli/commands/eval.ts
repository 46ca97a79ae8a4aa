import { alignFeatures, checkFeatures } from "../../data/align.js";
import { findData, readSource } from "../../files/datasets.js";
import { type ReadingValues, readOptions } from "../../files/reading.js";
import { grouped, percent, short, table } from "../../report/format.js";
import { isUneven } from "../../tasks/scores.js";
import { check } from "../../util/check.js";
import type { Call, CommandSpec } from "../command.js";
import { missingOf, readModel, withModel } from "../model-file.js";
import { DATA, DEVICE, type DeviceValues, JSON_OUT, missingFor } from "../options.js";
import { loadPieces, PIECES } from "../own-pieces.js";
import { print, printJson, say } from "../terminal.js";

const EXAMPLES = `
Examples:
  coppice eval runs/digits-npset-1/model.safetensors --data digits
  coppice eval model.safetensors --data test.csv --label class --json
  coppice eval model.safetensors --data expression.csv --labels samples.csv --label subtype
`;

/** Classes up to which the confusion matrix is printed; --json has it up to 1,000, and above the pairs that occur. */
const MOST_CLASSES = 30;

const { group: _split, ...reading } = DATA;
const OPTIONS = {
  "Data options": { ...reading, ...missingFor(["error", "drop-samples", "median"]) },
  "Run options": { ...DEVICE, ...PIECES, ...JSON_OUT },
};

/** `coppice eval`: scores of a model. */
export const evaluate: CommandSpec = {
  name: "eval",
  about: "accuracy, balanced accuracy, loss, recall of each class and confusion of a model on labelled data",
  args: { "<MODEL>": "model.safetensors of a run" },
  options: OPTIONS,
  examples: EXAMPLES,
  run: runEval,
};

type Values = ReadingValues & DeviceValues & { pieces?: string; json?: boolean };

async function runEval(values: Values, { args: [path], terminal }: Call): Promise<void> {
  check(values.data !== undefined, "--data", () => "is missing; name a file or a dataset, e.g. --data digits");
  const saved = readModel(path, await loadPieces(values.pieces));
  const source = findData(values.data, terminal.env.COPPICE_DATA, "--data");
  const { classes: known, featureNames, layout } = saved;
  const read = await readSource(source, {
    missing: missingOf(saved),
    ...readOptions(values),
    classes: known,
    ...{ featureNames, layout },
    ...(values.x === undefined && { part: "test" as const }),
  });
  const dataset = alignFeatures(read, featureNames);
  checkFeatures(dataset, saved.features);
  say(terminal, ...(dataset.notes ?? []).map((note) => `note: ${note}`));
  const document = await withModel(saved, values, terminal, async (model) => {
    const { accuracy, loss, samples, balancedAccuracy, recall, support, confusion, confusionPairs, notes } =
      await model.evaluate(dataset);
    say(terminal, ...notes.map((note) => `note: ${note}`));
    return {
      model: path,
      data: source.name,
      device: model.device.kind,
      samples,
      accuracy,
      loss,
      classes: saved.classes,
      confusion,
      balancedAccuracy,
      recall,
      support,
      ...(confusion.length === 0 && { confusionPairs }),
      notes,
    };
  });
  if (values.json) return printJson(terminal, document);
  const { accuracy, balancedAccuracy, loss, samples, classes, confusion, recall } = document;
  const balanced = isUneven(document) ? `, balanced ${percent(balancedAccuracy, 2)}` : "";
  print(terminal, `accuracy ${percent(accuracy, 2)}${balanced}, loss ${short(loss)} on ${grouped(samples)} samples`);
  if (classes.length > MOST_CLASSES) return print(terminal, `confusion of ${classes.length} classes: see --json`);
  const rows = confusion.map((row, c) => [classes[c], ...row.map(grouped), percent(recall[c])]);
  print(terminal, "", "class (down) taken for (across)", ...table([["", ...classes, "recall"], ...rows]));
}
