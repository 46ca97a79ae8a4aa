import { check } from "../../../util/check.js";
import { zerosLike } from "../../../util/floats.js";
import { excerpt } from "../../../util/shown.js";
import type { FloatArray } from "../../../util/types.js";
import { list } from "../../names.js";
import { type Cells, cellText, cellValue, isEmptyRow, isError, isNumber, latin, makeCells, scanRow } from "./cells.js";
import { at, type Grid, remember } from "./grid.js";
import { type GridOptions, tableText } from "./text.js";

const [HASH, POINT] = [0x23, 0x2e];

/** A file's cells, as they stand. */
export interface FileGrid extends Grid {
  /** What its cells are parted by. */
  readonly delimiter: string;
  /** Whether commas of decimals were read as points. */
  readonly decimalCommas: boolean;
  /** Whether any number in it has three decimals, behind a point. */
  threeDecimals(): boolean;
  /** Whether its first row stands behind a "#". */
  readonly commented: boolean;
  /** What was left out of it, being empty, a sentence each. */
  readonly notes: readonly string[];
}

/**
 * Reads text as a grid, written as `tableText` understands it. Any line end, quoted cells, comments, blank rows at the end and rows and unnamed
 * columns of empty cells there, which are left out with a note. A first row that has
 * one cell less than the second gets an empty cell in front if it has no number, or the second starts with a text: R writes tables with row names so.
 * Refused is what has no row names below it then. A first row that has an empty cell more than all others loses it, and so do all others that
 * have an empty cell more than the first. Comments are rows below it that start with "#" where not all do, unless they are those of a list.
 *
 * Values are kept in 32 bits as long as these hold all of them exactly, else in 64, and texts not at all (they are read again when asked
 * for), so a table takes 4 or 8 bytes a cell beside its bytes. Throws on an empty table, a ragged row, a blank row between others, a broken quote, and what `tableText` refuses.
 */
export function readGrid(file: Uint8Array, where: string, options: GridOptions = {}): FileGrid {
  const { fileRow = (line) => line, list: asList = false } = options;
  const text = tableText(file, where, options);
  const { bytes, start, delimiter: code, notes } = text;
  const cells = makeCells();
  const starts: number[] = [];
  const lasts: number[] = []; // where the last cells of rows start
  let values: FloatArray = new Float32Array(0);
  let columns = 0;
  let indent = 0; // 1 where row 1 lacks its first cell
  let wider = 0; // the row below where row 1 then is no row of names
  let extra = 0; // 1 where row 1 has an empty cell more than the others
  let blankAt = 0;
  let lastIsEmpty = false;
  let title = ""; // what to say of a row 1 that has its first cell alone
  const uneven = () => `row ${fileRow(wider)} has ${columns} cells, the rows before it ${columns - 1}${title}`;
  const empty: number[] = []; // rows of empty cells
  const comments: number[] = []; // lines that are no row of the table
  for (let k = 1; k < text.row; k++) comments.push(k);
  for (let at = start, row = text.row; at < bytes.length; row++) {
    const from = at;
    at = scanRow(bytes, at, code, cells, () => `${where}: row ${fileRow(row)}`);
    if (cells.count === 1 && cellText(bytes, cells, 0).trim() === "") {
      blankAt ||= row;
      continue;
    }
    check(blankAt === 0, where, () => {
      return `row ${fileRow(blankAt)} is blank, but row ${fileRow(row)} is not; remove the blank row${title}`;
    });
    if (isEmptyRow(bytes, cells)) {
      empty.push(row);
      continue;
    }
    check(empty.length === 0, where, () => {
      const [rows, are] = empty.length === 1 ? ["row", "is"] : ["rows", "are"];
      return `${rows} ${list(empty.map((one) => String(fileRow(one))))} ${are} empty, but row ${fileRow(row)} is not; remove ${empty.length === 1 ? "it" : "them"}${title}`;
    });
    const top = starts.length === 0;
    const second = starts.length === 1;
    if (!top && cells.count !== columns && bytes[from] === HASH) {
      comments.push(row);
      continue;
    }
    if (second && cells.count === columns - 1 && lastIsEmpty) {
      extra = 1;
      columns--;
    }
    const short = second && cells.count === columns + 1;
    const named =
      short && (cellValue(bytes, cells, 0) === Infinity || values.subarray(0, columns).every((value) => !Number.isFinite(value)));
    if (named || (short && isBlank(bytes, cells, columns))) {
      indent = 1;
      wider = named ? 0 : row;
      columns++;
      values.copyWithin(1, 0, columns - 1);
      values[0] = Number.NaN;
    }
    if (top) {
      columns = cells.count;
      const text = cellText(bytes, cells, 0).trim();
      const alone = text !== "" && cells.start.slice(1, columns).every((from, j) => from === cells.end[j + 1]);
      if (alone) title = `; row ${fileRow(row)} ("${excerpt(text)}") looks like a title: remove it, too, if it is one`;
      lastIsEmpty = isBlank(bytes, cells, columns - 1);
    }
    check(cells.count === columns, where, () => {
      if (wider > 0) return uneven();
      return `row ${fileRow(row)} has ${cells.count} cells, the rows before it ${columns - indent}${title}`;
    });
    const base = starts.length * columns;
    if (base + columns + 1 > values.length) {
      // as if the rows to come were as long as those so far; the first is often longer, being names
      const estimate = Math.ceil(((starts.length + 1) * (bytes.length - start)) / (at - start)) * columns;
      const grown = zerosLike(values, Math.max(base + 16 * columns, row < 16 ? 0 : 1.05 * estimate));
      grown.set(values);
      values = grown;
    }
    values = readRow(bytes, cells, values, base);
    starts.push(from);
    lasts.push(cells.start[columns - 1] - Number(cells.quoted[columns - 1] > 0));
  }
  check(starts.length > 0, where, () => "the table is empty");
  if (!asList) leaveComments(bytes, code, starts, lasts, values, columns, comments);
  if (indent && endsInBlanks(bytes, code, starts.slice(1), columns)) {
    indent = 0;
    values.copyWithin(0, 1, columns);
    values[columns - 1] = Number.NaN;
  }
  check(!indent || wider === 0, where, uneven);
  const placed = (i: number) => fileRow(lineOf(i, comments));
  const all = gridOf(bytes, code, starts, lasts, indent, values.subarray(0, starts.length * columns), columns, placed);
  if (indent) checkRowNames(all, where);
  const kept = columns - emptyColumns(all);
  const skipped = comments.slice(text.row - 1);
  if (skipped.length > 0)
    notes.push(
      `${skipped.length === 1 ? "row" : "rows"} ${list(skipped.map((line) => String(fileRow(line))))} ${skipped.length === 1 ? 'starts with "#" and is left out, being a comment' : 'start with "#" and are left out, being comments'}`,
    );
  if (empty.length > 0) notes.push(`${empty.length === 1 ? "a row" : `${empty.length} rows`} of empty cells at the end left out`);
  const unnamed = columns - kept + extra;
  if (unnamed > 0)
    notes.push(
      `${unnamed === 1 ? "the last column is" : `the last ${unnamed} columns are`} left out, being empty and without a name`,
    );
  const grid = kept === columns ? all : { ...all, columns: kept, row: (i: number) => all.row(i).slice(0, kept) };
  return {
    ...grid,
    delimiter: String.fromCharCode(code),
    decimalCommas: text.decimalCommas,
    commented: text.commented,
    threeDecimals: () => !text.decimalCommas && hasThreeDecimals(bytes),
    notes,
  };
}

/** The line of the text that row i of a table is, counted from 1, without some in ascending order. */
function lineOf(i: number, comments: readonly number[]): number {
  return comments.reduce((row, skipped) => (skipped <= row ? row + 1 : row), i + 1);
}

/**
 * Takes rows after the first that start with "#" out of `starts`, `lasts` and `values` and counts them as comments, unless all start so. "#N/A" and other
 * errors of spreadsheets in their first cell make none of them.
 */
function leaveComments(
  bytes: Uint8Array,
  code: number,
  starts: number[],
  lasts: number[],
  values: FloatArray,
  columns: number,
  comments: number[],
): void {
  const first = (start: number) => latin(bytes, start, Math.min(start + 20, bytes.length)).split(String.fromCharCode(code))[0];
  const hashed = starts.flatMap((start, i) => (i > 0 && bytes[start] === HASH && !isError(first(start)) ? [i] : []));
  if (hashed.length === 0 || hashed.length === starts.length - 1) return;
  const rows = hashed.map((i) => lineOf(i, comments));
  const left = new Set(hashed);
  let kept = 0;
  for (let i = 0; i < starts.length; i++) {
    if (left.has(i)) continue;
    starts[kept] = starts[i];
    lasts[kept] = lasts[i];
    values.copyWithin(kept * columns, i * columns, (i + 1) * columns);
    kept++;
  }
  starts.length = kept;
  for (const row of rows) comments.push(row);
  comments.sort((a, b) => a - b);
}

/** Whether a cell has nothing but blanks. */
function isBlank(bytes: Uint8Array, cells: Cells, j: number): boolean {
  return cellText(bytes, cells, j).trim() === "";
}

/** Whether the last cell of all these rows is blank. */
function endsInBlanks(bytes: Uint8Array, code: number, starts: readonly number[], columns: number): boolean {
  const cells = makeCells();
  return starts.every((start) => {
    scanRow(bytes, start, code, cells, () => "");
    return isBlank(bytes, cells, columns - 1);
  });
}

function hasThreeDecimals(bytes: Uint8Array): boolean {
  const digit = (at: number) => bytes[at] >= 0x30 && bytes[at] <= 0x39;
  for (let at = bytes.indexOf(POINT); at >= 0; at = bytes.indexOf(POINT, at + 1))
    if (digit(at - 1) && digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4)) return true;
  return false;
}

/** How many columns at the end have nothing but empty cells, as spreadsheets write them. */
function emptyColumns(grid: Grid): number {
  const { columns, rows, column } = grid;
  const missing = (j: number) => {
    for (let i = 0; i < rows; i++) if (!Number.isNaN(at(grid, i, j))) return false;
    return true;
  };
  let kept = columns;
  while (kept > 1 && missing(kept - 1) && column(kept - 1).every((cell) => cell === "")) kept--;
  return columns - kept;
}

/** Refuses a first row that lacks a cell where the others do not start with what names rows: texts, or distinct whole numbers. */
function checkRowNames(grid: Grid, where: string): void {
  const cells = grid.column(0).slice(1);
  const [count, below] = [grid.columns - 1, grid.columns];
  const names = !isNumber(cells[0]) || (cells.every((cell) => /^\d+$/.test(cell)) && new Set(cells).size === cells.length);
  check(names, where, () => {
    return `row 1 has ${count} cells, the rows below it ${below}, and these do not start with names of samples; add the name that row 1 lacks, or remove the column it does not name`;
  });
}

/** Writes the values of a row to values[base ..], or to a copy in 64 bits where 32 do not hold one of them, and returns what was written to. */
function readRow(bytes: Uint8Array, cells: Cells, values: FloatArray, base: number): FloatArray {
  const narrow = values instanceof Float32Array;
  for (let j = 0; j < cells.count; j++) {
    const value = cellValue(bytes, cells, j);
    if (narrow && value !== Math.fround(value) && !Number.isNaN(value))
      return readRow(bytes, cells, new Float64Array(values), base);
    values[base + j] = value;
  }
  return values;
}

function gridOf(
  bytes: Uint8Array,
  code: number,
  starts: readonly number[],
  lasts: readonly number[],
  indent: number,
  values: FloatArray,
  columns: number,
  placed: (i: number) => number,
): Grid {
  const cells = makeCells();
  const scan = (i: number, last?: number) => scanRow(bytes, starts[i], code, cells, () => `row ${placed(i)}`, last);
  const text = (j: number) => cellText(bytes, cells, j).trim();
  const own = makeCells();
  let scanned = -1;
  return {
    rows: starts.length,
    columns,
    values,
    rowStep: columns,
    columnStep: 1,
    columnWord: "column",
    row: remember((i) => {
      scan(i);
      const texts = Array.from({ length: Math.min(cells.count, columns) }, (_, j) => text(j));
      return i === 0 && indent ? ["", ...texts] : texts;
    }),
    column: remember((j) =>
      starts.map((_, i) => {
        const k = i === 0 ? j - indent : j;
        if (k < 0) return "";
        if (i > 0 && j === columns - 1) {
          // labels are often last: the cells before them are passed over
          scanRow(bytes, lasts[i], code, cells, () => `row ${placed(i)}`, 0);
          return text(0);
        }
        scan(i, k);
        return k < cells.count ? text(k) : "";
      }),
    ),
    isTrue: (i, j) => {
      if (scanned !== i) scanRow(bytes, starts[i], code, own, () => `row ${placed(i)}`);
      scanned = i;
      return /^\s*t/i.test(cellText(bytes, own, i === 0 ? j - indent : j));
    },
    place: (i, j) => `row ${placed(i)}, column ${j + 1 - (i === 0 ? indent : 0)}`,
  };
}
