import { type Command, Option } from "commander";
import { MISSING, type MissingPolicy } from "../data/missing.js";
import type { ReadOptions } from "../data/readers/index.js";
import { ORIENTATIONS } from "../data/readers/orientation.js";
import { FLAT, type FlatOption } from "../options/index.js";
import { describe } from "../options/option.js";
import { DEVICES, type DeviceChoice } from "../train/devices.js";
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

/** The flag of an option. */
function settingOf({ name, schema, unit, ...about }: FlatOption): Setting {
  const { kind, names } = schema;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const flags = kind === "boolean" ? flag : `${flag} <${unit ?? (names ? "name" : "number")}>`;
  const parse = names ? oneOf(names) : PARSERS[kind as keyof typeof PARSERS];
  return { flags, help: describe({ schema, ...about }), parse };
}

/** How the text of a flag is read. */
const PARSERS = { number, integer, list: integers } as const;

/** Adds the options of training. Names and defaults: see `TrainOptions`. */
export function addTraining(command: Command): void {
  const preset = setting("--preset <name>", `settings of a publication, under those given: ${list(PRESETS)}`, oneOf(PRESETS));
  addSettings(command, FLAT[0].heading, [preset]);
  for (const option of FLAT) addSettings(command, option.heading, [settingOf(option)]);
}
