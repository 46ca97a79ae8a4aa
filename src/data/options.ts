import { option } from "../options/option.js";
import { bytes, custom, flag, list, oneOf, optional, type Schema, text } from "../options/schema.js";
import { CATEGORIES } from "./formats/table/category-names.js";
import { ORIENTATIONS } from "./formats/table/orientation-names.js";
import { MISSING } from "./missing.js";

const isColumn = (value: unknown) => typeof value === "string" || (Number.isInteger(value) && Number(value) >= 0);

/** A column of a table: its name, or its index from 0. */
export const column: Schema<string | number> = {
  ...custom(isColumn, "a column; give a name or an index from 0"),
  kind: "column",
};

/** How a file of data is read; what is left out is guessed. A table's label and ID go by `label` and `id` where samples are its columns, too. */
export const READING = {
  label: option(optional(column), undefined, "label column of a table, by name or index from 0", {
    unit: "column",
    otherwise: "the one named so, else the last",
  }),
  target: option(
    optional(list(column, { least: 1, takes: "a list of columns" })),
    undefined,
    "columns of numbers to learn in the place of a label, by name or index, e.g. y1,y2 (tables; also of --labels)",
    { unit: "columns" },
  ),
  labelSeparator: option(
    optional(text(/./s, "a text that stands between labels")),
    undefined,
    'what parts the labels of a sample that has several, in one column, e.g. ";" (tables; also of --labels)',
    { unit: "text" },
  ),
  time: option(
    optional(column),
    undefined,
    "column of the time until the event of survival, or until a sample was last seen (tables)",
    { unit: "column" },
  ),
  event: option(optional(column), undefined, "column of whether the event of survival came: 1, or 0 where it had not come yet", {
    unit: "column",
  }),
  header: option(optional(flag()), undefined, "row 1 of a table holds names", {
    otherwise: "guessed, asked for where that cannot be told",
  }),
  orientation: option(
    optional(oneOf(ORIENTATIONS)),
    undefined,
    "where a table, or X of a .mat, has its samples; label and ID rows go by --label, --id",
    { unit: "where", otherwise: "auto, which guesses" },
  ),
  id: option(optional(column), undefined, "column of sample IDs of a table, by name or index", {
    unit: "column",
    otherwise: "the first of distinct texts, or of whole numbers named so",
  }),
  labels: option(optional(text()), undefined, "table with the labels, joined by sample ID; --label names its column (tables)", {
    unit: "FILE",
  }),
  group: option(
    optional(column),
    undefined,
    "column (tables; also of --labels, obs), variable (.mat) or array (.npz) of groups, kept whole in splits: several samples of one patient",
    { unit: "column" },
  ),
  sampleWeight: option(
    optional(column),
    undefined,
    "column (tables; also of --labels), variable (.mat) or array (.npz) of the samples' weights in the loss of training",
    { unit: "column" },
  ),
  ignore: option(
    optional(list(column)),
    undefined,
    "columns to leave out, by name or index, e.g. sex,age (tables; where samples are columns: rows, or the names of columns such as symbol)",
    { unit: "columns" },
  ),
  categories: option(
    optional(oneOf(CATEGORIES)),
    undefined,
    "what columns of texts become: a feature for each text; numbers by the order of --levels; or a feature for each of 32 groups of texts (tables)",
    { unit: "how", otherwise: "refused; ordinal where --levels names the column" },
  ),
  levels: option(
    optional(list(text(), { least: 1, takes: "a list of columns with their levels" })),
    undefined,
    "columns of texts that are numbers, with their levels, the lowest first, e.g. size=low|mid|high (tables)",
    { unit: "orders" },
  ),
  unknownLevels: option(
    optional(oneOf(["error", "missing"])),
    undefined,
    "what to do about texts that training did not have (tables)",
    { unit: "how", otherwise: "error; missing: as about missing values" },
  ),
  missing: option(optional(oneOf(MISSING)), undefined, "what to do about empty cells, NA, NaN, ?, null", {
    unit: "how",
    otherwise: "error, with the counts; median: of the training part, kept in the model",
  }),
  sheet: option(optional(text()), undefined, "sheet of a workbook (.xlsx), by name", {
    unit: "name",
    otherwise: "the first, which is told where there are others",
  }),
  x: option(optional(text()), undefined, "variable of a .mat, array of a .npz, or matrix of an HDF5 file, with the samples", {
    unit: "name",
    otherwise: "X",
  }),
  y: option(optional(text()), undefined, "variable of a .mat, array of a .npz, or dataset of an HDF5 file, with the labels", {
    unit: "name",
    otherwise: "Y",
  }),
  maxBytes: option(optional(bytes()), undefined, "most that a packed or sparse file may unpack to, e.g. 4GB", {
    unit: "bytes",
    otherwise: "1GiB: what small files can claim stops there",
  }),
};
