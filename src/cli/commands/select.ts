import { availableMemory } from "node:process";
import { type SelectedFeature, selectFeatures } from "../../experiment/repeat/select-features.js";
import type { ReadingValues } from "../../files/reading.js";
import { checkWritableFile } from "../../files/write.js";
import type { Flat } from "../../options/option.js";
import { integer } from "../../options/schema.js";
import { taskOf } from "../../tasks/index.js";
import { settleTask } from "../../train/config.js";
import { check } from "../../util/check.js";
import { counted } from "../../util/counted.js";
import { csvLine } from "../../util/csv.js";
import type { Call, CommandSpec } from "../command.js";
import { giveRecords } from "../give-records.js";
import { checkGiven, loadData } from "../load-data.js";
import { DATA, DEVICE, JSON_OUT, SPLITTING, type SplittingValues, setting, TRAINING, word } from "../options.js";
import { checkNames, loadOwn, PIECES } from "../own-pieces.js";
import { say } from "../terminal.js";
import { type TrainValues, trainOptions } from "../train-values.js";
import { fileTuning, tuningPath } from "../tuning-file.js";

const EXAMPLES = `
Examples:
  coppice select --data expression.csv --features 50
  coppice select --data COIL20 --features 50 --hidden 1000,1000,1000 --activation tanh --split 0.2 --out features.csv

A sparse network is trained, and its inputs leave, the weakest first, until 65 % of the epochs, when so many are left as asked for. They are listed
with the sum of |w| over the connections that they have, the strongest first. Only the training part is looked at: samples of --split, --test and
--validation have no say. Which of two features that tell the same stays hangs on the seed. Without --out, CSV goes to standard output.
`;

const RUN = {
  ...DEVICE,
  ...PIECES,
  features: setting(integer({ min: 1 }), "features to select", { unit: "n" }),
  out: word("FILE.csv", "file to write"),
  ...JSON_OUT,
};

type Values = TrainValues & ReadingValues & SplittingValues & Flat<typeof RUN>;

/** `coppice select`: the features that a sparse network keeps. */
export const select: CommandSpec = {
  name: "select",
  about: "the features that a sparse network keeps as inputs leave, as CSV",
  options: { "Data options": { ...DATA, ...SPLITTING }, ...TRAINING, "Run options": RUN },
  examples: EXAMPLES,
  run: runSelect,
};

async function runSelect(values: Values, { terminal }: Call): Promise<void> {
  const { features, out } = values;
  checkGiven(values.data);
  check(features !== undefined, "--features", () => "is missing: say how many features to select, such as 50");
  if (out !== undefined) checkWritableFile(out, "--out");
  const { pieces } = await loadOwn(values.pieces);
  checkNames(values, pieces);
  const options = trainOptions(values, pieces);
  const asked = (values.task ?? values.quantiles) && taskOf(settleTask(options));
  const loaded = await loadData(values, values.seed ?? 1, terminal.env.COPPICE_DATA, asked || undefined);
  const task = asked || !loaded.task.scaled ? {} : ({ task: "regression" } as const);
  say(terminal, ...loaded.notes.map((note) => `note: ${note}`));
  const { description, train: set, validation } = loaded;
  const selected = await selectFeatures(
    { train: set, validation },
    {
      features,
      train: {
        ...options,
        ...task,
        device: values.device ?? "auto",
        memoryBytes: values.memory,
        hostMemoryBytes: availableMemory(),
        tuning: fileTuning(tuningPath(terminal.env)),
        signal: terminal.signal,
        onStart: ({ notes }) => say(terminal, ...notes.map((note) => `note: ${note}`)),
      },
    },
  );
  const idle = selected.filter(({ strength }) => strength === 0).length;
  if (idle > 0) say(terminal, `note: ${idle} of the features have no connection left, and stand last; train longer, or denser`);
  await giveRecords(
    values,
    terminal,
    { data: description.name, samples: set.samples, of: set.features },
    {
      name: "features",
      said: `${selected.length} of ${counted(set.features, "feature")}`,
      records: () => selected,
      lines: () => lines(selected),
    },
  );
}

function* lines(selected: readonly SelectedFeature[]): Generator<string> {
  yield csvLine(["feature", "strength"]);
  for (const { name, strength } of selected) yield csvLine([name, Number(strength.toPrecision(9))]);
}
