import { check } from "../../../util/check.js";
import { MOST_F32, zerosLike } from "../../../util/floats.js";
import { excerpt } from "../../../util/shown.js";
import type { FloatArray } from "../../../util/types.js";
import { matchFeatures } from "../../align.js";
import type { Dataset, Table } from "../../dataset.js";
import { labelSets } from "../../label-sets.js";
import { makeDataset } from "../../make-dataset.js";
import { list } from "../../names.js";
import { quantityNote } from "../../quantities.js";
import { type TableFeature, tableFeatures } from "./categories.js";
import { isMissing, isNumber, numberFault } from "./cells.js";
import { excelNotes } from "./column-names.js";
import { areBooleans, type FieldKind, nameField, textsOf } from "./fields.js";
import { at } from "./grid.js";
import { LAST } from "./label-column.js";
import { joinById, sheetLabel } from "./label-sheet.js";
import { type CsvOptions, type OpenTable, ofSheet, openTable } from "./open-table.js";
import type { Roles } from "./roles.js";
import { refuseSummaries } from "./summary-rows.js";
import {
  checkFilled,
  checkIds,
  checkLabels,
  checkRepeating,
  classLabels,
  classNotes,
  partsOf,
  refuseFractions,
  refuseJoined,
  severalNotes,
  weightsOf,
} from "./table-labels.js";
import { guessNumeric, takeTargets } from "./table-targets.js";
import { checkCommas, checkThousands } from "./thousands.js";

export type { CsvOptions };

/**
 * Reads a table of numbers with a sample a row or a column, and labels in it or beside it. UTF-8 with or without a byte order mark, any
 * line end, quoted cells, blank lines at the end. Labels go by `classLabels`: "1.0" and "1" are one class, "01" and "1" are two. Rows
 * and columns are counted from 1, the header included. What was guessed is in the dataset's notes.
 *
 * Throws on an empty table, a ragged row, labels of the last column that hardly repeat, text where a number belongs, a number beyond 32-bit floats, missing values unless `missing`
 * says what to do, a column that is not there, labels that do not join, a broken quote, text that is not UTF-8, and on fractional
 * numbers in the last column when nothing said that it is the label.
 */
export function readCsv(bytes: Uint8Array, where: string, options: CsvOptions = {}): Dataset<FloatArray> {
  return tableDataset(openTable(bytes, where, options), where, options);
}

/** Takes the values, IDs, groups and labels of an open table. */
export function tableDataset(open: OpenTable, where: string, options: CsvOptions): Dataset<FloatArray> {
  const { file, grid, guess, roles } = open;
  check(guess.refusal === undefined, where, () => guess.refusal ?? "");
  check(roles.undecided === null, where, () => roles.undecided ?? "");
  refuseSummaries(roles, where);
  const notes = [...open.notes];
  const guessed = options.orientation === undefined || options.orientation === "auto";
  if (guessed && (guess.orientation === "columns" || !guess.sure))
    notes.push(`samples are ${guess.orientation}: ${guess.reason}`);
  const ids = roles.id < 0 ? undefined : textsOf(roles, roles.id);
  if (ids) checkIds(ids, (i) => `${where}: ${placeOf(roles, i + roles.first, roles.id)}`);
  if (ids && roles.idReason !== "as asked") notes.push(`${nameField(roles, roles.id)} holds sample IDs: ${roles.idReason}`);
  for (const one of roles.notes) notes.push(one);
  const features = chooseFeatures(tableFeatures(roles, options, where, notes), roles, options, where, notes);
  check(features.length > 0, where, () => `none of its ${grid.columns} ${grid.columnWord}s is a feature`);
  const { names } = roles;
  const columns = [...new Set(features.map(({ column }) => column))];
  if (names) for (const note of excelNotes(columns.map((j) => names[j]))) notes.push(note);
  const x = takeValues(roles, features, where);
  if (file.decimalCommas) for (const note of checkCommas(roles, [...columns, ...roles.targets], where)) notes.push(note);
  if (/[;\t]/.test(file.delimiter) && file.threeDecimals()) {
    const decimals = checkThousands(roles, columns, where);
    // programs part by tabs; a German spreadsheet by semicolons
    if (decimals && file.delimiter === ";") notes.push(decimals);
  }
  const booleans = columns.filter((j) => areBooleans(roles.kinds[j])).map((j) => roles.names?.[j] ?? String(j + 1));
  if (booleans.length > 0)
    notes.push(`true and false are 1 and 0 in ${booleans.length} of ${features.length} features: ${list(booleans)}`);
  const beside = takeBeside(open, ids, where, options);
  const learnt = takeLabels(open, ids, where, options, notes);
  const dataset = makeDataset({
    x,
    ...learnt,
    ids,
    ...beside,
    notes,
    classes: options.classes,
    missing: options.missing,
    name: options.name ?? where,
    features: features.length,
    featureNames: featureNamesOf(features, options.featureNames),
  });
  const orNone = (column: number) => (column < 0 ? null : column);
  const ignored = [...roles.ignored, ...roles.targets, ...[roles.group, roles.weight].filter((j) => j >= 0)];
  return { ...dataset, layout: { columns: grid.columns, label: orNone(roles.label), id: orNone(roles.id), ignored } };
}

/** The cells of a column of the labels' own table, for the samples of this one. */
function joinedBy({ grid, sheet }: OpenTable, ids: readonly string[] | undefined, where: string, options: CsvOptions) {
  return (column: number) => {
    check(sheet !== null && ids !== undefined, where, () => {
      return `it has no ${grid.columnWord} of sample IDs to join labels by; name it with option id`;
    });
    return joinById(sheet, column, ids, where, options.extraLabels ?? false);
  };
}

/** The groups and the weights, checked; from the labels' own table where that has them. */
function takeBeside(
  open: OpenTable,
  ids: readonly string[] | undefined,
  where: string,
  options: CsvOptions,
): Pick<Table, "groups" | "weights"> {
  const { roles, sheet } = open;
  const join = joinedBy(open, ids, where, options);
  const cellsOf = (choice: string | number | undefined, column: number) => {
    const inSheet = ofSheet(sheet, choice);
    return inSheet !== undefined ? join(inSheet) : column >= 0 ? textsOf(roles, column) : undefined;
  };
  const groups = cellsOf(options.group, roles.group);
  const weights = options.part === "test" ? undefined : cellsOf(options.sampleWeight, roles.weight);
  const placed = roles.group < 0 ? undefined : (i: number) => placeOf(roles, i + roles.first, roles.group);
  if (groups) checkFilled(groups, where, ids, placed);
  return { groups, ...(weights && { weights: weightsOf(weights, where, ids) }) };
}

/** The labels, or the numbers to learn, checked; of a table of their own where there is one. */
function takeLabels(
  open: OpenTable,
  ids: readonly string[] | undefined,
  where: string,
  options: CsvOptions,
  notes: string[],
): Pick<Table, "labels" | "targets" | "targetNames"> {
  const { grid, roles, sheet } = open;
  const join = joinedBy(open, ids, where, options);
  if (options.ignoreLabels === "named" && options.label === undefined && roles.label >= 0)
    notes.push(`${nameField(roles, roles.label)} is left out: it holds labels, which nothing is learnt of`);
  if (options.ignoreLabels || (options.label === null && !sheet && !options.target)) return { labels: null };
  const columns = labelColumns(open, options);
  check(columns.length > 0, where, () => {
    return `no ${grid.columnWord} is left for the labels; name it with option label, give them in a file (option labels), or say that there are none`;
  });
  const cells = columns.map((column) => ({ column, cells: sheet ? join(column) : textsOf(roles, column) }));
  if (sheet) {
    const its = columns.map((column) => (sheet.names ? `"${excerpt(sheet.names[column])}"` : `${column + 1}`)).join(", ");
    notes.push(`labels are column ${its} of ${sheet.where}, joined by column ${sheet.names?.[sheet.id] || sheet.id + 1}`);
    const others = sheet.ids.length - (ids?.length ?? 0);
    if (others > 0) notes.push(`${others} of the ${sheet.ids.length} IDs of ${sheet.where} are no samples of ${where}`);
  } else if (roles.labelReason) notes.push(`${nameField(roles, columns[0])} holds the labels: ${roles.labelReason}`);
  const called = (column: number) =>
    sheet ? `column "${sheet.names?.[column] ?? column + 1}" of ${sheet.where}` : nameField(roles, column);
  const placed = (i: number, column: number) =>
    sheet ? `${sheet.where}: ${ids?.[i]}` : `${where}: ${placeOf(roles, i + roles.first, column)}`;
  const names = sheet ? sheet.names : roles.names;
  const short = (i: number) => (sheet ? (ids?.[i] ?? "") : grid.place(i + roles.first, columns[0]));
  if (options.labelSeparator !== undefined) {
    const [{ column, cells: several }] = cells;
    const place = (i: number) => placed(i, column);
    const parts = partsOf(several, options.labelSeparator, place);
    const { notes: told, ...sets } = labelSets(parts, options.targetNames, where, place);
    const more = options.targetNames ? [] : severalNotes(parts, options.labelSeparator, short);
    for (const note of [...told, ...more]) notes.push(note);
    return sets;
  }
  const numeric = options.numeric ?? (options.target !== undefined || guessNumeric(cells[0], names, options));
  if (numeric) {
    if (options.numeric === undefined && !options.target) notes.push(quantityNote(`the values of ${called(columns[0])}`));
    return takeTargets(cells, names, placed, notes, options.target !== undefined);
  }
  const [{ column, cells: labels }] = cells;
  const isLast = options.label === undefined && (!roles.labelReason || roles.labelReason.startsWith(LAST));
  const told = isLast && !sheet ? `the last ${grid.columnWord}` : called(column);
  refuseFractions(labels, where, told, options);
  checkLabels(labels, (i) => placed(i, column));
  const own = classLabels(labels, options, notes);
  if (!options.classes) {
    refuseJoined(labels, told, where);
    for (const one of classNotes(labels, short)) notes.push(one);
    if (!sheet && options.label === undefined) checkRepeating(labels, where, nameField(roles, column));
  }
  return { labels: own };
}

/** The columns of labels, or of numbers to learn. */
function labelColumns({ roles, sheet }: OpenTable, options: CsvOptions): readonly number[] {
  const taken = [options.group, options.sampleWeight].map((choice) => ofSheet(sheet, choice));
  if (sheet) return (options.target ?? [options.label ?? undefined]).map((choice) => sheetLabel(sheet, choice, taken));
  return roles.targets.length > 0 ? roles.targets : roles.label >= 0 ? [roles.label] : [];
}

function featureNamesOf(features: readonly TableFeature[], wanted: readonly string[] | undefined) {
  const names = features.flatMap(({ name }) => name ?? []);
  return names.length === features.length ? names : wanted?.length === features.length ? wanted : undefined;
}

/** The features that are taken: all that there are, or those that a model wants. */
function chooseFeatures(
  features: readonly TableFeature[],
  { names }: Roles,
  { featureNames: wanted, absent }: CsvOptions,
  where: string,
  notes: string[],
): readonly TableFeature[] {
  const found = names ? features.map(({ name }) => name as string) : undefined;
  const match = matchFeatures(found, features.length, wanted, where, absent);
  if (!match) return features;
  notes.push(match.note);
  return match.columns.map((k) => features[k]);
}

function takeValues(roles: Roles, features: readonly TableFeature[], where: string): FloatArray {
  const { grid, first } = roles;
  const [samples, count] = [grid.rows - first, features.length];
  const x = zerosLike(grid.values, samples * count);
  const booleans = features.map(({ column }) => areBooleans(roles.kinds[column]));
  const texts = new Map(features.filter(({ value }) => value).map(({ column }) => [column, grid.column(column)]));
  // along the file's rows, so that what is read is near what was read before
  const along = grid.columnStep === 1;
  const [outer, inner] = along ? [samples, count] : [count, samples];
  for (let a = 0; a < outer; a++) {
    for (let b = 0; b < inner; b++) {
      const [i, f] = along ? [a, b] : [b, a];
      const { column, value: made } = features[f];
      const value = made ? made(texts.get(column)?.[i + first] ?? "") : at(grid, i + first, column);
      if (value === Infinity || (value === -Infinity && !booleans[f])) refuseText(roles, i + first, column, where);
      x[i * count + f] = value === -Infinity ? Number(grid.isTrue(i + first, column)) : value;
    }
  }
  return x;
}

function refuseText(roles: Roles, i: number, j: number, where: string): never {
  const { grid } = roles;
  const cell = grid.column(j)[i];
  const place = placeOf(roles, i, j);
  check(!isNumber(cell), where, () => {
    const beyond = Math.abs(Number(cell)) > MOST_F32;
    return `${place}: ${excerpt(cell)} ${beyond ? "is beyond the range of 32-bit floats (3.4e38)" : "stands beside a blank that is no plain space (such as U+00A0); write the number alone"}`;
  });
  const fault = numberFault(cell);
  check(fault === undefined, where, () => `${place}: "${excerpt(cell)}" ${fault}`);
  const { text, count, missing } = roles.kinds[j];
  const across = grid.columnWord === "row";
  const all = roles.features.map((f) => at(grid, i, f));
  const hints = [
    i === 0 && roles.guessedHeader ? "if row 1 is a header, say so with option header" : "",
    all.every((value) => Math.abs(value) === Infinity) && all.length > 1
      ? `the whole ${across ? "column" : "row"} is text: if it is no sample, leave it out with option ignore`
      : "",
    text + missing === count && count > 1 ? wholeTexts(roles) : "",
  ].filter(Boolean);
  check(false, where, () => {
    return `${place}: "${excerpt(cell)}" is not a finite number${hints.length > 0 ? ` (${hints.join("; ")})` : ""}`;
  });
}

/** What to do about columns that are nothing but texts: all of them at once. */
function wholeTexts(roles: Roles): string {
  const { grid, features, kinds, names } = roles;
  const word = grid.columnWord;
  const isText = ({ text, missing, count }: FieldKind) => text > 0 && text + missing === count;
  const texts = features.filter((j) => isText(kinds[j]) && !areBooleans(kinds[j]));
  const yesNo = texts.filter((j) => textsOf(roles, j).every((cell) => isMissing(cell) || /^(yes|no)$/i.test(cell)));
  const named = (columns: readonly number[]) => columns.map((j) => names?.[j] || String(j));
  const numbers = yesNo.length > 0 ? `; write 1 and 0 for yes and no in ${word} ${list(named(yesNo))}` : "";
  const one = `the whole ${word} is text: name it with option label, id, group or ignore, or make numbers of it with option categories`;
  if (texts.length < 2) return one + numbers;
  const others = named(texts.filter((j) => !yesNo.includes(j)));
  const listed = others.join(",");
  // a comma or a quote in a name would be another on a command line
  const typed = others.some((name) => /[,"'`$\\!]/.test(name))
    ? ""
    : `: --ignore ${/^[\w.,-]+$/.test(listed) ? listed : `"${listed}"`}`;
  const ignore = others.length > 0 ? `; leave out those that are no features with option ignore${typed}` : "";
  return `${one}; so are ${texts.length} ${word}s in all: ${named(texts).map(excerpt).join(", ")}${ignore}${numbers}`;
}

function placeOf({ grid, names }: Roles, i: number, j: number): string {
  return `${grid.place(i, j)}${names ? ` ("${excerpt(names[j])}")` : ""}`;
}
