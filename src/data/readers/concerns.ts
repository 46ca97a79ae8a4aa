import { column, READING } from "../../options/data.js";
import { schemasOf } from "../../options/option.js";
import { flag, limit, list, nullable, oneOf, read, type Schema, text } from "../../options/schema.js";
import { check, checkObject } from "../../util/check.js";
import { checkFile } from "./file.js";
import type { ReadOptions } from "./index.js";
import { checkLayout } from "./layout.js";

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

/** What every option is to be, of those that are no file. */
const KINDS: Readonly<Record<Exclude<Option, "labels" | "layout">, Schema<unknown>>> = {
  ...schemasOf(READING),
  ...{ label: nullable(column), id: nullable(column), group: nullable(column), maxBytes: limit() },
  ...{ name: text(), ignoreLabels: flag(), extraLabels: flag(), part: oneOf(["train", "test"]) },
  ...{ featureNames: list(text()), classes: list(text()) },
};

/** Throws on values of the wrong type; options that no format knows are refused by `checkConcerns`. */
export function checkReadOptions(options: ReadOptions): void {
  checkObject(options, "readDataset: options", "object of options");
  const { labels, layout, ...rest } = options;
  if (labels !== undefined) checkFile(labels);
  if (layout !== undefined) checkLayout(layout, "option layout");
  for (const [key, value] of Object.entries(rest))
    if (value !== undefined && Object.hasOwn(KINDS, key)) read(KINDS[key as keyof typeof KINDS], value, `option ${key}`);
}
