import { check, nearestName } from "../../util/check.js";
import { alignmentNotes, type Dataset, featureColumns, makeDataset, positions } from "../dataset.js";
import type { MissingPolicy } from "../missing.js";
import { isNumber } from "./cells.js";
import { type Grid, readGrid, transposed, withoutNamed, withoutRows } from "./grid.js";
import { joinById, type LabelSheet, openLabels, sheetColumn, sheetLabel } from "./labels.js";
import { guessOrientation, hardlyRepeats, type OrientationGuess } from "./orientation.js";
import { type ColumnChoice, excerpt, type Roles, rolesOf } from "./roles.js";

/** How to read a table of text. Where samples are columns, read row for column in all of these. */
export interface CsvOptions {
  name?: string;
  /** Where samples are; default auto: see `guessOrientation`. */
  orientation?: "auto" | "rows" | "columns";
  /** Whether row 1 holds column names; default: see `rolesOf`. */
  header?: boolean;
  /**
   * The label's column (of the label file, where there is one): its name in the header, or its 0-based index. Default: the last, or the
   * only one with texts. null: there is none, every column is a feature.
   */
  label?: string | number | null;
  /** Skip the label column unread: the dataset has no classes. */
  ignoreLabels?: boolean;
  /** The column of sample IDs by name or index; null: there is none; default "auto": see `rolesOf`. */
  id?: ColumnChoice;
  /** A second table with labels (and perhaps groups) joined by ID. */
  labels?: { name: string; bytes: Uint8Array };
  /** Let the label file have IDs that are no samples here: it covers other tables too. */
  extraLabels?: boolean;
  /** The column that names each sample's group, here or in the label file. */
  group?: string | number;
  /**
   * What to leave out unread, as if the file did not have it: fields by name or 0-based index; names that no field has are those of
   * samples. So the columns of annotations beside the gene names, where samples are columns, go by their names in row 1.
   */
  ignore?: readonly (string | number)[];
  /** What to do about missing values (empty, NA, NaN, ?, null, ...); default "error". */
  missing?: MissingPolicy;
  /** Between cells; by default what the first rows suggest: comma, tab, bar or semicolon. */
  delimiter?: string;
  classes?: readonly string[];
  /** Take these features by name, in this order: a model's. */
  featureNames?: readonly string[];
}

/** A table that is understood but whose values were not taken yet. */
export interface OpenTable {
  /** As it stands. */
  readonly file: Grid;
  /** With a sample a row, whatever the file has, and without the samples that are ignored. */
  readonly grid: Grid;
  readonly guess: OrientationGuess;
  readonly roles: Roles;
  readonly sheet: LabelSheet | null;
}

/**
 * Reads a table of numbers with a sample a row or a column, and labels in it or beside it. UTF-8 with or without a byte order mark, any
 * line end, quoted cells, blank lines at the end. Labels become numbers when all of them are, so that "1.0" and "1" are one class. Rows
 * and columns are counted from 1, the header included. What was guessed is in the dataset's notes.
 *
 * Throws on an empty table, a ragged row, labels of the last column that hardly repeat, text where a number belongs, a number beyond 32-bit floats, missing values unless `missing`
 * says what to do, a column that is not there, labels that do not join, a broken quote, text that is not UTF-8, and on fractional
 * numbers in the last column when nothing said that it is the label.
 */
export function readCsv(bytes: Uint8Array, where: string, options: CsvOptions = {}): Dataset {
  return tableDataset(openTable(bytes, where, options), where, options);
}

/** Finds where samples are and what each field of them is. */
export function openTable(bytes: Uint8Array, where: string, options: CsvOptions): OpenTable {
  const file = readGrid(bytes, where, options.delimiter);
  check(file.columns > 1 || options.label === null, where, () => {
    return `row 1 has one cell, "${excerpt(file.row(0)[0])}"; expected features and a label (is the delimiter a comma, tab, semicolon or bar?)`;
  });
  check(
    options.id !== null || !options.labels,
    where,
    () => "a label file is joined by ID: leave option id out, or name the column",
  );
  const candidates = () => new Set([...file.row(0), ...file.column(0), ...idCells(file, options.id)]);
  const sheet = options.labels
    ? openLabels(readGrid(options.labels.bytes, options.labels.name), candidates(), options.labels.name, where)
    : null;
  const ids = sheet && new Set(sheet.ids);
  const { orientation = "auto", group, ignore = [] } = options;
  const unread = new Set(ignore.filter((choice) => typeof choice === "string"));
  const groupInSheet = sheet && typeof group === "string" && sheetColumn(sheet, group) !== undefined;
  const asked = [
    sheet ? undefined : options.label,
    options.id === "auto" ? undefined : options.id,
    groupInSheet ? undefined : group,
  ];
  const guess =
    orientation === "auto"
      ? guessOrientation(unread.size > 0 ? withoutNamed(file, unread) : file, {
          names: asked.filter((choice) => typeof choice === "string"),
          ...(ids && { ids }),
          ...(options.featureNames && { featureNames: options.featureNames }),
          labelled: !sheet && options.label !== null && !options.ignoreLabels,
        })
      : { orientation, reason: "as asked", sure: true };
  const whole = guess.orientation === "columns" ? transposed(file) : file;
  const fields = new Set(whole.row(0));
  const grid = withoutSamples(
    whole,
    [...unread].filter((name) => !fields.has(name)),
    where,
  );
  // IDs that labels are known for are the ID column, whatever it looks like
  const joined = ids && (options.id === undefined || options.id === "auto") && grid.column(0).some((cell) => ids.has(cell));
  const roles = rolesOf(grid, where, {
    header: options.header,
    label: sheet ? null : options.label,
    id: joined ? 0 : options.id,
    group: groupInSheet ? undefined : group,
    ignore: ignore.filter((choice) => typeof choice === "number" || fields.has(choice)),
    featureNames: options.featureNames,
  });
  return { file, grid, guess, roles, sheet };
}

/** The table without the samples of these names. */
function withoutSamples(whole: Grid, names: readonly string[], where: string): Grid {
  if (names.length === 0) return whole;
  const samples = whole.column(0);
  const skipped = names.map((name) => {
    const i = samples.indexOf(name);
    const [lines, word] = whole.columnWord === "row" ? ["row 1", "column 1"] : ["column 1", "row 1"];
    check(i >= 0, where, () => {
      const near = nearestName(name, [...whole.row(0).slice(0, 1000), ...samples.slice(0, 1000)]);
      return `nothing to ignore is named "${name}"; ${near ? `did you mean "${near}"? ` : ""}${word} names ${whole.columns} ${whole.columnWord}s, and ${lines} samples`;
    });
    check(samples.lastIndexOf(name) === i, where, () => `two samples are named "${name}"; rename one of them`);
    return i;
  });
  return withoutRows(whole, new Set(skipped));
}

function idCells(file: Grid, id: ColumnChoice | undefined): string[] {
  if (typeof id === "number") return [...(id < file.columns ? file.column(id) : []), ...(id < file.rows ? file.row(id) : [])];
  if (typeof id !== "string" || id === "auto") return [];
  const [column, row] = [file.row(0).indexOf(id), file.column(0).indexOf(id)];
  return [...(column >= 0 ? file.column(column) : []), ...(row >= 0 ? file.row(row) : [])];
}

/** Takes the values, IDs, groups and labels of an open table. */
export function tableDataset({ grid, guess, roles, sheet }: OpenTable, where: string, options: CsvOptions): Dataset {
  const { first, names } = roles;
  const notes: string[] = [];
  if (guess.orientation === "columns" || !guess.sure) notes.push(`samples are ${guess.orientation}: ${guess.reason}`);
  const below = (column: number) => grid.column(column).slice(first);
  const called = (column: number) => `${grid.columnWord} ${names?.[column] ? `"${excerpt(names[column])}"` : column + 1}`;
  const ids = roles.id < 0 ? undefined : below(roles.id);
  if (roles.id >= 0 && roles.idReason !== "as asked") notes.push(`${called(roles.id)} holds sample IDs: ${roles.idReason}`);
  const features = chooseFeatures(roles, options.featureNames, where, notes);
  check(features.length > 0, where, () => `none of its ${grid.columns} ${grid.columnWord}s is a feature`);
  const x = takeValues(grid, roles, features, where);
  const unlabelled = options.ignoreLabels || (options.label === null && !sheet);
  const labelColumn =
    unlabelled || !sheet ? roles.label : sheetLabel(sheet, options.label ?? undefined, groupColumn(sheet, options));
  check(
    unlabelled || labelColumn >= 0,
    where,
    () =>
      `no ${grid.columnWord} is left for the labels; name it with option label, give them in a file (option labels), or say that there are none`,
  );
  const join = (column: number) => {
    check(
      sheet !== null && ids !== undefined,
      where,
      () => `it has no ${grid.columnWord} of sample IDs to join labels by; name it with option id`,
    );
    return joinById(sheet, column, ids, where, options.extraLabels ?? false);
  };
  const labels = unlabelled ? null : sheet ? join(labelColumn) : below(labelColumn);
  const inSheet = sheet ? groupColumn(sheet, options) : undefined;
  const groups = inSheet !== undefined ? join(inSheet) : roles.group >= 0 ? below(roles.group) : undefined;
  if (!unlabelled && !sheet && options.label === undefined && (features.at(-1) ?? 0) > labelColumn)
    notes.push(`${called(labelColumn)} holds the labels: no other has texts only`);
  if (sheet && !unlabelled) {
    const column = sheet.names ? `"${excerpt(sheet.names[labelColumn])}"` : `${labelColumn + 1}`;
    notes.push(`labels are column ${column} of ${sheet.where}, joined by column ${sheet.names?.[sheet.id] || sheet.id + 1}`);
    const others = sheet.ids.length - (ids?.length ?? 0);
    if (others > 0) notes.push(`${others} of the ${sheet.ids.length} IDs of ${sheet.where} are no samples of ${where}`);
  }
  const place = (i: number) =>
    sheet ? `${sheet.where}: ${ids?.[i]}` : `${where}: ${placeOf(grid, roles, i + first, labelColumn)}`;
  if (labels) checkLabels(labels, place);
  const numbers = labels && numericLabels(labels, where, grid.columnWord, roles, options);
  if (labels && !sheet && options.label === undefined && !options.classes) checkRepeating(labels, where, called(labelColumn));
  if (groups) checkFilled(groups, where, ids);
  return makeDataset({
    name: options.name ?? where,
    x,
    labels: numbers ?? labels,
    features: features.length,
    classes: options.classes,
    featureNames: featureNamesOf(names, features, options.featureNames),
    ids,
    groups,
    missing: options.missing,
    notes,
  });
}

function featureNamesOf(names: readonly string[] | null, features: readonly number[], wanted: readonly string[] | undefined) {
  if (names) return features.map((j) => names[j]);
  return wanted?.length === features.length ? wanted : undefined;
}

/** The label file's column of groups; undefined where it has none of that name, and where groups are asked for by index. */
export function groupColumn(sheet: LabelSheet, { group }: Pick<CsvOptions, "group">): number | undefined {
  return typeof group === "string" ? sheetColumn(sheet, group) : undefined;
}

/** The columns of the features: all that are none of the others, or those that a model wants. */
function chooseFeatures(
  { features, names }: Roles,
  wanted: readonly string[] | undefined,
  where: string,
  notes: string[],
): readonly number[] {
  const found = names ? features.map((j) => names[j]) : positions(features.length, wanted);
  if (!wanted || !found || (found.length === wanted.length && found.every((name, k) => name === wanted[k]))) return features;
  const columns = featureColumns(found, wanted, where).map((k) => features[k]);
  notes.push(...alignmentNotes(features.length, wanted.length));
  return columns;
}

function takeValues(grid: Grid, roles: Roles, features: readonly number[], where: string): Float32Array {
  const { rows, values, rowStep, columnStep } = grid;
  const { first } = roles;
  const x = new Float32Array((rows - first) * features.length);
  const count = features.length;
  // along the file's rows, so that what is read is near what was read before
  const [outer, inner] = columnStep === 1 ? [rows - first, count] : [count, rows - first];
  for (let a = 0; a < outer; a++) {
    for (let b = 0; b < inner; b++) {
      const [i, f] = columnStep === 1 ? [a, b] : [b, a];
      const value = values[(i + first) * rowStep + features[f] * columnStep];
      if (value === Infinity) refuseText(grid, roles, i + first, features[f], where);
      x[i * count + f] = value;
    }
  }
  return x;
}

function refuseText(grid: Grid, roles: Roles, i: number, j: number, where: string): never {
  const cell = grid.column(j)[i];
  const place = placeOf(grid, roles, i, j);
  check(!isNumber(cell), where, () => `${place}: ${excerpt(cell)} is beyond the range of 32-bit floats (3.4e38)`);
  const { text, count, missing } = roles.kinds[j];
  const across = grid.columnWord === "row";
  const all = roles.features.map((f) => grid.values[i * grid.rowStep + f * grid.columnStep]);
  const hints = [
    i === 0 && roles.guessedHeader ? "if row 1 is a header, say so with option header" : "",
    all.every((value) => value === Infinity) && all.length > 1
      ? `the whole ${across ? "column" : "row"} is text: if it is no sample, leave it out with option ignore`
      : "",
    text + missing === count && count > 1
      ? `the whole ${grid.columnWord} is text: name it with option label, id, group or ignore`
      : "",
    /^[+-]?\d+,\d+$/.test(cell) ? "decimals need a point" : "",
  ].filter(Boolean);
  check(
    false,
    where,
    () => `${place}: "${excerpt(cell)}" is not a finite number${hints.length > 0 ? ` (${hints.join("; ")})` : ""}`,
  );
}

function placeOf(grid: Grid, { names }: Roles, i: number, j: number): string {
  return `${grid.place(i, j)}${names ? ` ("${excerpt(names[j])}")` : ""}`;
}

function checkLabels(labels: readonly string[], place: (i: number) => string): void {
  const empty = labels.indexOf("");
  check(empty < 0, place(empty), () => "the label is empty");
  const missing = labels.findIndex((label) => /^(n\/?a|#n\/a|nan|\?)$/i.test(label));
  const count = () => labels.filter((label) => label === labels[missing]).length;
  check(missing < 0, place(missing), () => {
    return `the label is "${labels[missing]}", as of ${count()} samples in all; remove samples without a label, or write their class in other words`;
  });
}

/** Refuses a guessed label that is another for almost every sample: it is an annotation, or samples are the other way round. */
function checkRepeating(labels: readonly string[], where: string, column: string): void {
  const distinct = new Set(labels).size;
  check(!hardlyRepeats(distinct, labels.length), where, () => {
    return `${column} would be the labels, with ${distinct} classes for ${labels.length} samples; say with option label what is, give labels in a file (option labels), or see whether samples are rows or columns (option orientation)`;
  });
}

function checkFilled(groups: readonly string[], where: string, ids: readonly string[] | undefined): void {
  const empty = groups.indexOf("");
  check(
    empty < 0,
    where,
    () => `sample ${ids ? `"${ids[empty]}"` : empty + 1} has no group; every sample needs one (its own, if it is alone)`,
  );
}

// The labels as numbers if every one is, else undefined; what looks like a misread table is refused here.
function numericLabels(
  labels: readonly string[],
  where: string,
  word: string,
  roles: Roles,
  options: CsvOptions,
): number[] | undefined {
  const text = labels.findIndex((label) => !isNumber(label));
  const misread = text === 0 && labels.length > 2 && roles.guessedHeader && !roles.names && labels.slice(1).every(isNumber);
  check(!misread || options.labels !== undefined, where, () => {
    return `${word === "row" ? "column" : "row"} 1 could be a header or a sample: its label is "${excerpt(labels[0])}", all others are numbers; say which with option header`;
  });
  if (text >= 0) return undefined;
  const numbers = labels.map(Number);
  const fraction = numbers.findIndex((value) => !Number.isInteger(value));
  check(fraction < 0 || options.label !== undefined, where, () => {
    return `the last ${word} holds ${labels[fraction]}, which is no class label; say which ${word} is, with option label, or give the labels in a file (option labels)`;
  });
  return numbers;
}
