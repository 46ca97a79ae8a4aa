import { check, didYouMean } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import type { InMemory } from "../file.js";
import type { ReadOptions } from "../read-options.js";
import { type Grid, transposed, withoutNamed, withoutRows } from "./grid.js";
import { type LabelSheet, openLabels, sheetColumn } from "./label-sheet.js";
import { guessOrientation, type OrientationGuess } from "./orientation.js";
import { type FileGrid, readGrid } from "./read-grid.js";
import { type ColumnChoice, type Roles, rolesOf } from "./roles.js";
import { lastLacksText, refuseSummaries } from "./summary-rows.js";

/** How to read a table of text. Where samples are columns, read row for column in all of these. */
export interface CsvOptions extends Omit<ReadOptions, "labels"> {
  /** A second table with labels (and perhaps groups) joined by ID. */
  readonly labels?: InMemory;
  /** Between cells; by default what the first rows suggest: comma, tab, bar or semicolon. */
  readonly delimiter?: string;
  /** The row of the file that a line of the table is, both from 1; default: the same. */
  readonly fileRow?: (line: number) => number;
}

/** A table that is understood but whose values were not taken yet. */
export interface OpenTable {
  /** As it stands. */
  readonly file: FileGrid;
  /** What was left out of the file and of that of the labels. */
  readonly notes: readonly string[];
  /** With a sample a row, whatever the file has, and without the samples that are ignored. */
  readonly grid: Grid;
  readonly guess: OrientationGuess;
  readonly roles: Roles;
  readonly sheet: LabelSheet | null;
}

/** Finds where samples are and what each field of them is. */
export function openTable(bytes: Uint8Array, where: string, given: CsvOptions): OpenTable {
  const options = consistent(given, where);
  const file = readGrid(bytes, where, options);
  check(file.columns > 1 || options.label === null, where, () => {
    return `row 1 has one cell, "${excerpt(file.row(0)[0])}"; expected features and a label (is the delimiter a comma, tab, semicolon, bar or space?)`;
  });
  const candidates = () => new Set([...file.row(0), ...file.column(0), ...idCells(file, options.id)]);
  const labelFile = options.labels && { name: options.labels.name, grid: readGrid(options.labels.bytes, options.labels.name) };
  const sheet = labelFile ? openLabels(labelFile.grid, candidates(), labelFile.name, where) : null;
  const notes = [...file.notes, ...(labelFile?.grid.notes ?? []).map((note) => `${labelFile?.name}: ${note}`)];
  const ids = sheet && new Set(sheet.ids);
  const { orientation = "auto", ignore = [] } = options;
  const unread = new Set(ignore.filter((choice) => typeof choice === "string"));
  const here = (choice: string | number | undefined) => (ofSheet(sheet, choice) === undefined ? choice : undefined);
  const beside = { group: here(options.group), sampleWeight: here(options.sampleWeight) };
  const asked = [
    ...(sheet ? [] : [options.label, ...(options.target ?? [])]),
    options.id === "auto" ? undefined : options.id,
    ...Object.values(beside),
  ];
  const guess =
    orientation === "auto"
      ? guessOrientation(unread.size > 0 ? withoutNamed(file, unread) : file, {
          names: asked.filter((choice) => typeof choice === "string"),
          ...(ids && { ids }),
          ...(options.featureNames && { featureNames: options.featureNames }),
          labelled: !sheet && options.label !== null && !options.ignoreLabels,
          labelAsked: options.label !== undefined || options.target !== undefined,
          numeric: options.numeric,
          several: options.labelSeparator !== undefined,
        })
      : { orientation, reason: "as asked", sure: true };
  // a last row of means without a label may have turned the guess
  if (orientation === "auto" && guess.orientation === "columns" && lastLacksText(file))
    refuseSummaries({ grid: file, first: 1 }, where);
  const whole = guess.orientation === "columns" ? transposed(file) : file;
  const fields = new Set(whole.row(0));
  const skipped = [...unread].filter((name) => !fields.has(name));
  const grid = withoutSamples(whole, skipped, where);
  // IDs that labels are known for are the ID column, whatever it looks like
  const joined = ids && (options.id === undefined || options.id === "auto") && grid.column(0).some((cell) => ids.has(cell));
  const roles = rolesOf(grid, where, {
    header: options.header ?? (file.commented && grid.columnWord === "column" ? true : undefined),
    label: sheet ? null : options.label,
    target: sheet ? undefined : options.target,
    targetNames: sheet ? undefined : options.targetNames,
    numeric: options.numeric,
    id: joined ? 0 : options.id,
    ...beside,
    ignore: ignore.filter((choice) => typeof choice === "number" || fields.has(choice)),
    featureNames: options.featureNames,
    layout: options.layout,
    ignoreLabels: options.ignoreLabels,
    part: options.part,
    ...(joined && ids && { ids }),
  });
  return { file, notes, grid, guess, roles, sheet };
}

/** The options, of texts where these hold several labels each. Throws where options contradict one another. */
function consistent(options: CsvOptions, where: string): CsvOptions {
  const { target, label, labelSeparator, numeric, id, labels } = options;
  check(!target || label === undefined || label === null, where, () => {
    return "option target contradicts option label: give one of them";
  });
  check(!target || numeric !== false, where, () => {
    return "option target names numbers to learn, a regression; leave it out to learn classes";
  });
  check(id !== null || !labels, where, () => "a label file is joined by ID: leave option id out, or name the column");
  if (labelSeparator === undefined) return options;
  check(!target, where, () => "option labelSeparator is of one column of labels, and target names several: give one of them");
  check(numeric !== false, where, () => "option labelSeparator is of several labels a sample; take task multi-label");
  return { ...options, numeric: false, targetNames: undefined };
}

/** The table without the samples of these names. */
function withoutSamples(whole: Grid, names: readonly string[], where: string): Grid {
  if (names.length === 0) return whole;
  const samples = whole.column(0);
  const skipped = names.map((name) => {
    const i = samples.indexOf(name);
    const [lines, word] = whole.columnWord === "row" ? ["row 1", "column 1"] : ["column 1", "row 1"];
    check(i >= 0, where, () => {
      const near = didYouMean(name, [...whole.row(0).slice(0, 1000), ...samples.slice(0, 1000)]);
      return `nothing to ignore is named "${name}"; ${near}${word} names ${whole.columns} ${whole.columnWord}s, and ${lines} samples`;
    });
    check(samples.lastIndexOf(name) === i, where, () => `two samples are named "${name}"; rename one of them`);
    return i;
  });
  return withoutRows(whole, new Set(skipped));
}

function idCells(file: Grid, id: ColumnChoice | undefined): string[] {
  if (typeof id === "number" && !(Number.isInteger(id) && id >= 0)) return []; // refused where columns are found
  if (typeof id === "number") return [...(id < file.columns ? file.column(id) : []), ...(id < file.rows ? file.row(id) : [])];
  if (typeof id !== "string" || id === "auto") return [];
  const [column, row] = [file.row(0).indexOf(id), file.column(0).indexOf(id)];
  return [...(column >= 0 ? file.column(column) : []), ...(row >= 0 ? file.row(row) : [])];
}

/** The label file's column of groups or weights; undefined where it has none of that name, and where it is asked for by index. */
export function ofSheet(sheet: LabelSheet | null, choice: string | number | undefined): number | undefined {
  return sheet !== null && typeof choice === "string" ? sheetColumn(sheet, choice) : undefined;
}
