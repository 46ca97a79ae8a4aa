import { type Command, Option } from "commander";
import { MISSING, type MissingPolicy } from "../data/missing.js";
import type { ReadOptions } from "../data/readers/index.js";
import { ORIENTATIONS } from "../data/readers/orientation.js";
import { BUDGETS, PRUNES, REMOVAL_SCHEDULES, SCORES, ZETA_SCHEDULES } from "../evolution/config.js";
import { ACTIVATIONS, DROPOUT_STYLES } from "../kernels/activation.js";
import { LOSSES } from "../kernels/loss.js";
import { OPTIMIZERS } from "../nn/config.js";
import { WEIGHT_INITS } from "../sparse/init-weights.js";
import { DEVICES, type DeviceChoice } from "../train/devices.js";
import { METHODS, OUTPUTS } from "../train/methods.js";
import { INPUTS } from "../train/options.js";
import { LR_SCHEDULES } from "../train/schedules.js";
import { TUNINGS } from "../train/tuning.js";
import { readFile } from "./datasets.js";
import { bytes, column, columns, imageShape, integer, integers, number, oneOf, type Parser, word } from "./parse.js";
import { PRESETS } from "./presets.js";

/** An option: its flags as commander takes them, its help, and how its text is read (none: a switch). */
export interface Setting {
  readonly flags: string;
  readonly help: string;
  readonly parse?: Parser<unknown>;
}

const setting = (flags: string, help: string, parse?: Parser<unknown>): Setting => ({ flags, help, parse });
const list = (names: readonly string[]) => names.join(", ");

/** Adds options to a command, under a heading of its help. */
export function addSettings(command: Command, heading: string, settings: readonly Setting[]): Command {
  for (const { flags, help, parse } of settings) {
    const option = new Option(flags, help).helpGroup(`${heading}:`);
    const name = option.long as string;
    if (parse) option.argParser((text: string) => parse(text, name));
    command.addOption(option);
  }
  return command;
}

/** How to read data; a subset for each command. */
export const READING = {
  data: setting(
    "--data <D>",
    "a file (.mat, .csv, .tsv, .npz, .svmlight, also .gz; a pair images,labels of IDX or .npy) or a dataset's name: digits, or one in $COPPICE_DATA or ./data",
    word,
  ),
  label: setting(
    "--label <column>",
    "label column by name or index from 0 (tables; default: the one named so, else the last)",
    column,
  ),
  header: setting("--header", "row 1 of a table holds names (default: guessed, asked for where that cannot be told)"),
  noHeader: setting("--no-header", "row 1 of a table is a sample"),
  orientation: setting(
    "--orientation <where>",
    "samples are rows or columns of a table or of .mat's X (auto, the default, guesses; label and ID rows then go by --label, --id)",
    oneOf(ORIENTATIONS),
  ),
  id: setting(
    "--id <column>",
    "column of sample IDs by name or index (tables; default: the first of distinct texts, or of whole numbers named so)",
    column,
  ),
  noId: setting("--no-id", "a table has no column of sample IDs"),
  labels: setting("--labels <FILE>", "table with the labels, joined by sample ID; --label names its column (tables)", word),
  group: setting(
    "--group <column>",
    "column (tables; also of --labels), variable (.mat) or array (.npz) of groups, kept whole in splits: several samples of one patient",
    column,
  ),
  ignore: setting(
    "--ignore <columns>",
    "columns to leave out, by name or index, e.g. sex,age (tables; where samples are columns: rows, or the names of columns such as symbol)",
    columns,
  ),
  missing: setting(
    "--missing <how>",
    `${list(MISSING)}: what to do about empty cells, NA, NaN, ?, null (default error, with the counts; median: of the training part, kept in the model)`,
    oneOf(MISSING),
  ),
  x: setting("--x <name>", "variable or array with the samples (.mat, .npz; default X)", word),
  y: setting("--y <name>", "variable or array with the labels (.mat, .npz; default Y)", word),
  maxBytes: setting(
    "--max-bytes <bytes>",
    "most that a packed or sparse file may unpack to, e.g. 4GB (default 1GiB: what small files can claim stops there)",
    bytes,
  ),
} as const;

export interface ReadingValues {
  readonly data?: string;
  readonly label?: string | number | false;
  readonly header?: boolean;
  readonly orientation?: (typeof ORIENTATIONS)[number];
  readonly id?: string | number | false;
  readonly labels?: string;
  readonly group?: string | number;
  readonly ignore?: readonly (string | number)[];
  readonly missing?: MissingPolicy;
  readonly x?: string;
  readonly y?: string;
  readonly maxBytes?: number;
}

/** What the readers take of these values. */
export function readOptions(values: ReadingValues): ReadOptions {
  const { label, header, orientation, id, labels, group, ignore, missing, x, y, maxBytes } = values;
  const read: ReadOptions = {
    ...(label !== undefined && { label: label === false ? null : label }),
    ...(id !== undefined && { id: id === false ? null : id }),
    ...(labels !== undefined && { labels: readFile(labels) }),
    header,
    orientation,
    group,
    ignore,
    missing,
    x,
    y,
    maxBytes,
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** `--missing` of a command that uses a model: whatever the model's own way cannot be taken back from it. */
export function missingFor(allowed: readonly MissingPolicy[]): Setting {
  return setting(
    "--missing <how>",
    `${list(allowed)}: what to do about missing values (default: the model's medians, where it has them, else error)`,
    oneOf(allowed),
  );
}

export const DEVICE: readonly Setting[] = [
  setting("--device <name>", `${list(DEVICES)} (default auto)`, oneOf(DEVICES)),
  setting("--memory <bytes>", "most memory to take, e.g. 2GB (default: what is free, for the CPU)", bytes),
];

export interface DeviceValues {
  readonly device?: DeviceChoice;
  readonly memory?: number;
}

/** When training times kernel variants; see `TUNINGS`. */
export const TUNE: Setting = setting(
  "--tune <when>",
  `time kernel variants: ${list(TUNINGS)} (default auto: on a GPU, once a shape; off: the defaults; force: again)`,
  oneOf(TUNINGS),
);

export const SPLITTING: readonly Setting[] = [
  setting("--test <D>", "test set; names and files as --data", word),
  setting("--split <fraction>", "keep this fraction for testing, stratified (default 0.33 without a test set)", number),
  setting("--validation <fraction>", "keep this fraction of the training set for validation", number),
  setting("--image <HxW>", "samples are pictures of H x W, row by row: draws them in the report", imageShape),
];

export interface SplittingValues {
  readonly test?: string;
  readonly split?: number;
  readonly validation?: number;
  readonly image?: [number, number];
}

/** The groups of training options. Names and defaults: see `TrainOptions`. */
export const TRAINING: Readonly<Record<string, readonly Setting[]>> = {
  "Network options": [
    setting("--preset <name>", `settings of a publication, under those given: ${list(PRESETS)}`, oneOf(PRESETS)),
    setting("--method <name>", `${list(METHODS)} (default npset)`, oneOf(METHODS)),
    setting("--hidden <sizes>", "neurons of the hidden layers (default 1000,1000)", integers),
    setting("--epsilon <number>", "Erdos-Renyi parameter: about epsilon (in + out) connections a layer (default 20)", number),
    setting("--output-layer <kind>", `${list(OUTPUTS)} (default auto: dense if sparse would exceed density 0.6)`, oneOf(OUTPUTS)),
    setting("--init <name>", `first weights: ${list(WEIGHT_INITS)} (default heUniform)`, oneOf(WEIGHT_INITS)),
    setting("--activation <name>", `${list(ACTIVATIONS)} (default relu)`, oneOf(ACTIVATIONS)),
    setting("--alpha <slope>", "slope below 0 of leakyRelu (0.01) and allRelu (0.6)", number),
    setting("--dropout <rate>", "dropout after hidden activations (default 0)", number),
    setting("--dropout-style <style>", "inverted, or authors: as SET's first release", oneOf(DROPOUT_STYLES)),
    setting("--loss <name>", `${list(LOSSES)} (default crossEntropy)`, oneOf(LOSSES)),
    setting("--inputs <how>", `${list(INPUTS)} (default standardize, by the training set)`, oneOf(INPUTS)),
  ],
  "Evolution options": [
    setting("--prune <how>", `${list(PRUNES)} (default set: nearest 0, by sign)`, oneOf(PRUNES)),
    setting("--zeta <fraction>", "connections replaced in an evolution (default 0.3)", number),
    setting("--zeta-schedule <name>", `${list(ZETA_SCHEDULES)} (default constant)`, oneOf(ZETA_SCHEDULES)),
    setting("--period <epochs>", "epochs between evolutions (default 1)", integer),
    setting("--regrow-init <name>", "values of regrown connections, as --init (default zeros)", oneOf(WEIGHT_INITS)),
  ],
  "Neuron removal options (npset, static-np)": [
    setting("--remove <fraction>", "of each hidden layer, in the end (default 0.5)", number),
    setting("--remove-score <name>", `${list(SCORES)} (default strength)`, oneOf(SCORES)),
    setting("--remove-schedule <name>", `${list(REMOVAL_SCHEDULES)} (default cubic)`, oneOf(REMOVAL_SCHEDULES)),
    setting("--remove-first <epoch>", "first epoch with removals (default 5 % of the epochs)", integer),
    setting("--remove-last <epoch>", "last epoch with removals (default 50 % of the epochs)", integer),
    setting("--remove-every <epochs>", "epochs between removals of schedule percentile (default 10)", integer),
    setting(
      "--remove-budget <name>",
      `${list(BUDGETS)}: whether freed connections grow elsewhere (default constant)`,
      oneOf(BUDGETS),
    ),
    setting("--remove-floor <neurons>", "neurons a hidden layer keeps (default max(2, classes))", integer),
  ],
  "Training options": [
    setting("--epochs <n>", "default 100", integer),
    setting("--batch <n>", "samples a step, 1 to 4096 (default 32)", integer),
    setting("--drop-last", "leave the short last batch of an epoch out"),
    setting("--optimizer <name>", `${list(OPTIMIZERS)} (default sgd)`, oneOf(OPTIMIZERS)),
    setting("--lr <rate>", "learning rate (default 0.01; 0.001 for adam, adamw, rmsprop)", number),
    setting("--lr-schedule <name>", `${list(LR_SCHEDULES)} (default constant)`, oneOf(LR_SCHEDULES)),
    setting("--warmup <epochs>", "epochs over which the rate rises from 0 (default 0)", number),
    setting("--lr-gamma <factor>", "factor of schedule step (default 0.1)", number),
    setting("--lr-step <epochs>", "epochs between steps of schedule step (default 30)", integer),
    setting("--momentum <mu>", "of sgd (default 0.9)", number),
    setting("--nesterov", "Nesterov momentum"),
    setting("--decay <lambda>", "decoupled weight decay, w -= lr lambda w (default 0; 0.01 for adamw)", number),
    setting("--beta1 <b>", "of adam and adamw (default 0.9)", number),
    setting("--beta2 <b>", "of adam and adamw (default 0.999), rmsprop (0.99)", number),
    setting("--eps <e>", "of adam, adamw and rmsprop (default 1e-8)", number),
    setting("--seed <n>", "fixes splits, topology, weights, order (default 1)", integer),
    setting("--patience <epochs>", "stop after so many epochs without a better validation loss", integer),
    setting("--evaluate-every <epochs>", "epochs between evaluations (default 1)", integer),
  ],
};
