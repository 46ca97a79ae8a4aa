import { listSeveral } from "../data/formats/format.js";
import { FORMATS } from "../data/formats/index.js";
import type { MissingPolicy } from "../data/missing.js";
import { READING } from "../data/options.js";
import { type Flat, type Option, option } from "../options/option.js";
import { bytes, custom, flag, number, oneOf, optional, type Schema, text } from "../options/schema.js";
import { DEVICES } from "../train/devices.js";
import { FLAT } from "../train/flat-options.js";
import { TUNINGS } from "../train/tuning.js";
import type { CommandOptions } from "./command.js";
import { PRESETS } from "./presets.js";

type More = Pick<Option, "unit" | "otherwise">;

/** An option that has no value unless it is given. */
export function setting<T>(schema: Schema<T>, help: string, more: More = {}): Option<T | undefined, never> {
  return option(optional(schema), undefined, help, more);
}

/** A switch. */
export function turn(help: string): Option<boolean | undefined, never> {
  return setting(flag(), help);
}

/** A text, which `unit` names. */
export function word(unit: string, help: string, more: More = {}): Option<string | undefined, never> {
  return setting(text(), help, { unit, ...more });
}

/** Results for programs. */
export const JSON_OUT = { json: turn("print results as one JSON document") };

const { label, header, orientation, id, ...reading } = READING;

/** How names of files end, without the point. */
const ENDINGS = FORMATS.flatMap(({ extensions }) => extensions.map((extension) => extension.slice(1)));

/** How to read data; a subset for each command. */
export const DATA = {
  data: word(
    "D",
    `a file (${FORMATS.flatMap(({ extensions }) => extensions).join(", ")}, also .gz), several with commas between (${listSeveral(FORMATS).join(", ")}), or a dataset's name: digits, or one in $COPPICE_DATA or ./data; also an address (https://...), or - for standard input`,
  ),
  format: setting(oneOf(ENDINGS), "format of standard input or an address, by how its files' names end", {
    unit: "ending",
    otherwise: "guessed by content, else csv",
  }),
  sha256: word("HEX", "what the file at the address of --data must be; other addresses may end in #sha256=HEX"),
  offline: turn("fetch nothing: addresses are taken from the cache"),
  label,
  noLabel: turn("the data have no labels: every column is a feature"),
  header,
  noHeader: turn("row 1 of a table is a sample"),
  orientation,
  id,
  noId: turn("a table has no column of sample IDs"),
  ...reading,
};

const {
  categories: _made,
  levels: _ordered,
  target: _target,
  labelSeparator: _separator,
  time: _time,
  event: _event,
  labels: _labels,
  group: _group,
  sampleWeight: _weight,
  y: _y,
  ...samples
} = DATA;

/** `--missing` of a command that uses a model: whatever the model's own way cannot be taken back from it. */
export function missingFor(allowed: readonly MissingPolicy[]) {
  const otherwise = "the model's medians, where it has them, else error";
  return { missing: setting(oneOf(allowed), "what to do about missing values", { unit: "how", otherwise }) };
}

/** What a command that uses a model does about features that the data lack. */
export const ABSENT = {
  absent: option(
    oneOf(["error", "median"]),
    "error",
    "what to do about features of the model that the data lack; median: the model's",
    { unit: "how" },
  ),
  absentAtMost: setting(number({ min: 0, max: 1 }), "the share of the model's features that may be absent with --absent median", {
    unit: "share",
    otherwise: "0.1",
  }),
};

/** How to read samples for a model whose labels nobody asks about. A label column is left out. */
export const SAMPLES = { ...samples, ...missingFor(["error", "median"]), ...ABSENT };

/** Where to compute. */
export const DEVICE = {
  device: setting(oneOf(DEVICES), "where to compute", { otherwise: "auto" }),
  memory: setting(bytes(), "most memory to take, e.g. 2GB", { unit: "bytes", otherwise: "what is free, for the CPU" }),
};

export type DeviceValues = Flat<typeof DEVICE>;

/** When training times kernel variants; see `TUNINGS`. */
export const TUNE = {
  tune: setting(oneOf(TUNINGS), "time kernel variants", {
    unit: "when",
    otherwise: "auto: on a GPU, once a shape; off: the defaults; force: again",
  }),
};

const isShape = (value: unknown) => Array.isArray(value) && value.length === 2 && value.every((n) => Number.isInteger(n));

/** The parts of the data. */
export const SPLITTING = {
  test: word("D", "test set; names and files as --data"),
  split: setting(number(), "keep this fraction for testing, stratified", {
    unit: "fraction",
    otherwise: "0.33 without a test set",
  }),
  validation: setting(number(), "keep this fraction of the training set for validation", { unit: "fraction" }),
  image: setting<[number, number]>(
    { ...custom(isShape, "a height and width; give e.g. 28x28"), kind: "image" },
    "samples are pictures of H x W, row by row: draws them in the report",
    { unit: "HxW" },
  ),
};

export type SplittingValues = Flat<typeof SPLITTING>;

/** The options of training, by the headings of help. `train` checks them and fills them in. Names and defaults: see `TrainOptions`. */
export const TRAINING: Readonly<Record<string, CommandOptions>> = trainingGroups();

function trainingGroups() {
  const preset = setting(oneOf(PRESETS), "settings of a publication, under those given");
  const groups: Record<string, Record<string, CommandOptions[string]>> = { [FLAT[0].heading]: { preset } };
  for (const { heading, ...declared } of FLAT) {
    groups[heading] ??= {};
    groups[heading][declared.name] = { ...declared, late: true };
  }
  return groups;
}
