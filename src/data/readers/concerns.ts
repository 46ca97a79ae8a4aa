import { check, checkBoolean, checkLimit, checkObject, checkOneOf, checkText, checkTexts } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { MISSING } from "../missing.js";
import { checkFile } from "./file.js";
import type { ReadOptions } from "./index.js";
import { checkLayout, type TableLayout } from "./layout.js";
import { ORIENTATIONS } from "./orientation.js";

type Option = keyof ReadOptions;

/** Options of `readDataset` that concern any format. A label's column concerns tables alone, its absence (null) all. */
const EVERY_FORMAT: readonly Option[] = [
  "name",
  "label",
  "ignoreLabels",
  "classes",
  "maxBytes",
  "featureNames",
  "layout",
  "missing",
  "part",
];

/** The other options of each format. */
const OWN = {
  table: ["label", "orientation", "header", "id", "labels", "extraLabels", "group", "ignore"],
  MATLAB: ["orientation", "group", "x", "y"],
  NumPy: ["group", "x", "y"],
  svmlight: [],
  IDX: [],
  bundled: [],
} as const satisfies Record<string, readonly Option[]>;

/** A format as options know it. */
export type Format = keyof typeof OWN;

const WORDS: Readonly<Record<Format, string>> = {
  table: "tables",
  MATLAB: "MATLAB files",
  NumPy: "NumPy files",
  svmlight: "svmlight files",
  IDX: "IDX data",
  bundled: "bundled data",
};
const FILES = { table: "tables (.csv, .tsv)", MATLAB: ".mat files", NumPy: ".npz files" } as const;

/** Throws when an option is given that does not concern a format, naming those that it does. */
export function checkConcerns(options: ReadOptions, format: Format, where: string): void {
  const concerns = (of: Format, key: string) => (OWN[of] as readonly string[]).includes(key);
  for (const [key, value] of Object.entries(options)) {
    const anywhere = (EVERY_FORMAT as readonly string[]).includes(key) && (key !== "label" || value === null);
    check(value === undefined || anywhere || concerns(format, key), where, () => {
      const kinds = (["table", "MATLAB", "NumPy"] as const).filter((of) => concerns(of, key)).map((of) => FILES[of]);
      const listed = kinds.length > 2 ? `${kinds.slice(0, -1).join(", ")} and ${kinds.at(-1)}` : kinds.join(" and ");
      return `option ${key} ${kinds.length > 0 ? `is for ${listed}, not for ${WORDS[format]}: leave it out` : "is unknown"}`;
    });
  }
}

type Checker = (value: never, where: string) => void;

const column: Checker = (value: unknown, where) => {
  const fits =
    value === null || typeof value === "string" || (typeof value === "number" && Number.isInteger(value) && value >= 0);
  check(fits, where, () => `${shown(value)} is no column; give a name or an index from 0`);
};
const columns: Checker = (value: unknown, where) => {
  check(Array.isArray(value), where, () => `${shown(value)} is no list of columns`);
  for (const item of value) column(item as never, where);
};

/** What every option is to be. */
const KINDS: Record<Option, Checker> = {
  name: checkText,
  orientation: (value: string, where) => checkOneOf(value, ORIENTATIONS, where),
  header: checkBoolean,
  label: column,
  ignoreLabels: checkBoolean,
  id: column,
  labels: (value: NonNullable<ReadOptions["labels"]>) => checkFile(value),
  extraLabels: checkBoolean,
  group: column,
  ignore: columns,
  missing: (value: string, where) => checkOneOf(value, MISSING, where),
  featureNames: checkTexts,
  layout: (value: TableLayout, where) => checkLayout(value, where),
  part: (value: string, where) => checkOneOf(value, ["train", "test"], where),
  x: checkText,
  y: checkText,
  classes: checkTexts,
  maxBytes: (value: number, where) => checkLimit(value, where),
};

/** Throws on values of the wrong type; options that no format knows are refused by `checkConcerns`. */
export function checkReadOptions(options: ReadOptions): void {
  checkObject(options, "readDataset: options", "object of options");
  for (const [key, value] of Object.entries(options)) {
    if (value !== undefined && Object.hasOwn(KINDS, key)) KINDS[key as Option](value as never, `option ${key}`);
  }
}
