import { type Command, Option } from "commander";
import { listSeveral } from "../data/formats/format.js";
import { FORMATS } from "../data/formats/index.js";
import type { MissingPolicy } from "../data/missing.js";
import { READING as DATA } from "../data/options.js";
import { type Option as Declared, describe, type Options } from "../options/option.js";
import type { Schema } from "../options/schema.js";
import { DEVICES, type DeviceChoice } from "../train/devices.js";
import { FLAT } from "../train/flat-options.js";
import { TUNINGS } from "../train/tuning.js";
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

/** How the text of a flag is read, by the kind of its values. */
const PARSERS: Partial<Record<Schema<unknown>["kind"], Parser<unknown>>> = { number, integer, bytes, column, text: word };

function parserOf({ kind, names, item }: Schema<unknown>): Parser<unknown> | undefined {
  if (names) return oneOf(names);
  return kind === "list" ? (item?.kind === "column" ? columns : integers) : PARSERS[kind];
}

/** The flag of an option. */
function settingOf(name: string, { unit, ...about }: Declared): Setting {
  const { kind, names } = about.schema;
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  const flags = kind === "boolean" ? flag : `${flag} <${unit ?? (names ? "name" : "number")}>`;
  return { flags, help: describe(about), parse: parserOf(about.schema) };
}

/** The flags of options, by their keys. */
function settingsOf<O extends Options>(options: O): Readonly<Record<keyof O, Setting>> {
  const settings = Object.entries(options).map(([key, option]) => [key, settingOf(option.name ?? key, option)]);
  return Object.fromEntries(settings);
}

const { label, header, orientation, id, ...reading } = settingsOf(DATA);

/** How to read data; a subset for each command. */
export const READING = {
  data: setting(
    "--data <D>",
    `a file (${FORMATS.flatMap(({ extensions }) => extensions).join(", ")}, also .gz), several with commas between (${listSeveral(FORMATS).join(", ")}), or a dataset's name: digits, or one in $COPPICE_DATA or ./data`,
    word,
  ),
  ...{ label, header },
  noHeader: setting("--no-header", "row 1 of a table is a sample"),
  ...{ orientation, id },
  noId: setting("--no-id", "a table has no column of sample IDs"),
  ...reading,
};

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

/** Adds the options of training. Names and defaults: see `TrainOptions`. */
export function addTraining(command: Command): void {
  const preset = setting("--preset <name>", `settings of a publication, under those given: ${list(PRESETS)}`, oneOf(PRESETS));
  addSettings(command, FLAT[0].heading, [preset]);
  for (const { name, heading, ...option } of FLAT) addSettings(command, heading, [settingOf(name, option)]);
}
