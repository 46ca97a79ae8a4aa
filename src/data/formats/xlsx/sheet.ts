import { check } from "../../../util/check.js";
import { excerpt } from "../../../util/shown.js";
import { list } from "../../names.js";
import { isNumber } from "../table/cells.js";
import type { TableText } from "../table/tabular.js";
import { dateText } from "./dates.js";
import { isOn, openWorkbook, unescapeText, type Workbook } from "./workbook.js";
import { readXml } from "./xml.js";

// the last row and column of a sheet: 1048576, XFD
const [ROWS, COLUMNS] = [2 ** 20, 2 ** 14];

/** The cells of a row that hold something: columns from 1, and texts. */
interface SheetRow {
  readonly row: number;
  readonly columns: number[];
  readonly texts: string[];
}

/** What a sheet holds that is not usual. */
interface Found {
  readonly rows: SheetRow[];
  readonly dates: string[];
  readonly merged: string[];
  formulas: number;
  /** Formulas whose saved value is 0, and the first of them. */
  zeros: number;
  firstZero: string;
  hidden: boolean;
}

/** The table that a sheet of a workbook holds, as text. Throws on merged cells, formulas without values, gaps, and cells beside the table. */
export async function sheetTable(
  bytes: Uint8Array,
  where: string,
  asked: string | undefined,
  maxBytes: number,
): Promise<TableText> {
  const book = await openWorkbook(bytes, where, asked, maxBytes);
  const guessed = book.notes.length > 0;
  const place = `${where}: sheet "${excerpt(book.sheet)}"${guessed ? " (of several: option sheet)" : ""}`;
  const found = readSheet(book, place, maxBytes);
  const { rows, dates, merged, formulas, zeros, firstZero, hidden } = found;
  check(rows.length > 0, place, () => "it is empty");
  const left = rows.reduce((least, { columns }) => Math.min(least, columns[0]), COLUMNS);
  checkShape(rows, place);
  check(merged.length === 0, place, () => {
    return `cells ${list(merged)} are merged, so one of each has a value; unmerge them, and fill each`;
  });
  const notes = [...book.notes];
  check(!book.uncomputed || formulas === 0 || zeros < formulas, place, () => {
    return `cell ${firstZero} holds a formula whose value was never computed: the values of all ${formulas} are 0; open the file in a spreadsheet program (Excel, LibreOffice), and save it`;
  });
  if (rows[0].row > 1 || left > 1)
    notes.push(`the table of sheet "${excerpt(book.sheet)}" starts at cell ${cellName(rows[0].row, left)}`);
  if (formulas > 0) notes.push(`${formulas} cells are formulas: their values are those that were saved`);
  if (dates.length > 0) notes.push(`${dates.length} cells are dates, read as texts: ${list(dates)}`);
  if (hidden) notes.push("hidden rows and columns are read, too");
  return {
    bytes: textOf(rows, left, place, maxBytes),
    ...(guessed && { where: place }),
    notes,
    options: { delimiter: ",", fileRow: (line) => rows[line - 1].row },
  };
}

/** "C7". */
const cellName = (row: number, column: number): string => columnName(column) + row;

function columnName(column: number): string {
  const letter = String.fromCharCode(65 + ((column - 1) % 26));
  return column > 26 ? columnName(Math.floor((column - 1) / 26)) + letter : letter;
}

/** Throws where rows without a value stand between others, or one goes further right than the first. */
function checkShape(rows: readonly SheetRow[], place: string): void {
  const end = rows[0].columns.at(-1) ?? 0;
  rows.forEach(({ row, columns, texts }, i) => {
    const before = rows[i - 1]?.row ?? row - 1;
    check(row === before + 1, place, () => {
      return `row ${before + 1} is empty, but row ${row} is not; leave a table alone on its sheet, without gaps or titles`;
    });
    const last = columns.at(-1) ?? 0;
    check(last <= end, place, () => {
      return `cell ${cellName(row, last)} holds "${excerpt(texts.at(-1) ?? "")}", but row ${rows[0].row}, the first, ends at ${columnName(end)}; leave a table alone on its sheet, without titles or remarks`;
    });
  });
}

/** Comma separated text. Throws beyond `maxBytes`. */
function textOf(rows: readonly SheetRow[], left: number, place: string, maxBytes: number): Uint8Array {
  const width = (rows[0].columns.at(-1) ?? 0) - left + 1;
  check(rows.length * width <= maxBytes, place, () => {
    return `${rows.length} rows of ${width} cells are more than the limit of ${maxBytes} bytes; raise it with option maxBytes (--max-bytes)`;
  });
  const lines = rows.map(({ columns, texts }) => {
    const cells = new Array<string>(width).fill("");
    columns.forEach((column, k) => {
      cells[column - left] = quoted(texts[k]);
    });
    return cells.join(",");
  });
  return new TextEncoder().encode(lines.join("\n"));
}

const quoted = (text: string): string => (/^[\w.+-]*$/.test(text) ? text : `"${text.replaceAll('"', '""')}"`);

/** A cell of a sheet: its column from 1, and how its value is to be read. */
interface Cell {
  readonly row: number;
  readonly column: number;
  readonly type: string;
  readonly style: number;
}

/** The text of a cell's value, and whether it is a date. Throws, with the cell, on what is none of its type. */
function textOfCell(
  raw: string,
  cell: Cell,
  { texts, dates, from1904 }: Workbook,
  place: string,
): { text: string; date: boolean } {
  const { row, column, type, style } = cell;
  const at = () => `${place}: cell ${cellName(row, column)}`;
  if (type === "s") {
    check(/^\d+$/.test(raw) && Number(raw) < texts.length, at(), () => `"${excerpt(raw)}" is none of its ${texts.length} texts`);
    return { text: texts[Number(raw)], date: false };
  }
  if (type === "b") return { text: isOn(raw) ? "True" : "False", date: false };
  if (type !== "n") return { text: unescapeText(raw), date: type === "d" };
  check(isNumber(raw), at(), () => `"${excerpt(raw)}" is no number`);
  const form = dates[style];
  return form ? { text: dateText(Number(raw), form, from1904), date: true } : { text: raw.trim(), date: false };
}

function readSheet(book: Workbook, place: string, maxBytes: number): Found {
  const found: Found = { rows: [], dates: [], merged: [], formulas: 0, zeros: 0, firstZero: "", hidden: false };
  let cell: Cell = { row: 0, column: 0, type: "n", style: 0 };
  let [value, formula] = [undefined as string | undefined, false];
  let current: SheetRow = { row: 0, columns: [], texts: [] };
  let size = 0;
  const take = (raw: string) => {
    const { text, date } = textOfCell(raw, cell, book, place);
    if (text.trim() === "") return;
    if (date) found.dates.push(`${cellName(cell.row, cell.column)} (${excerpt(text)})`);
    size += text.length;
    check(size <= maxBytes, place, () => {
      return `its texts take more than the limit of ${maxBytes} bytes; raise it with option maxBytes (--max-bytes)`;
    });
    current.columns.push(cell.column);
    current.texts.push(text);
  };
  readXml(book.xml, place, {
    open(name, attribute) {
      if (name === "row") {
        const row = rowAfter(cell.row, attribute("r"), place);
        cell = { ...cell, row, column: 0 };
        current = { row, columns: [], texts: [] };
      } else if (name === "c") {
        const column = columnAfter(cell, attribute("r"), place);
        cell = { row: cell.row, column, type: attribute("t") ?? "n", style: Number(attribute("s") ?? 0) };
        [value, formula] = [undefined, false];
      } else if (name === "f") formula = true;
      else if (name === "mergeCell") found.merged.push(excerpt(attribute("ref") ?? ""));
      if (name === "row" || name === "col") found.hidden ||= isOn(attribute("hidden"));
    },
    close(name, text) {
      if (name === "v" || (name === "t" && cell.type === "inlineStr")) value = (value ?? "") + text;
      else if (name === "c") {
        const empty = value === undefined || (value === "" && cell.type !== "str");
        check(!formula || !empty, `${place}: cell ${cellName(cell.row, cell.column)}`, () => {
          return "it holds a formula without a value, as programs write it; open the file in a spreadsheet program, and save it";
        });
        if (formula) found.formulas++;
        if (formula && cell.type === "n" && Number(value) === 0 && found.zeros++ === 0)
          found.firstZero = cellName(cell.row, cell.column);
        if (value) take(value);
      } else if (name === "row" && current.columns.length > 0) found.rows.push(current);
    },
  });
  return found;
}

/** The number of the row after one: the next where it does not say. */
function rowAfter(before: number, said: string | undefined, place: string): number {
  const row = said === undefined ? before + 1 : Number(said);
  check(Number.isInteger(row) && row > before && row <= ROWS, place, () => `row ${excerpt(said ?? "")} follows row ${before}`);
  return row;
}

/** The column of the cell after one: the next where it has no name. */
function columnAfter({ row, column: before }: Cell, name: string | undefined, place: string): number {
  const column = columnOf(name, row) ?? before + 1;
  check(row > 0 && column > before && column <= COLUMNS, place, () => {
    return `cell ${excerpt(name ?? "")} follows ${before > 0 ? cellName(row, before) : `the start of row ${row}`}`;
  });
  return column;
}

/** The column of a cell's name in a row, from 1; undefined where it has no name, NaN where that is another row's, or none. */
function columnOf(name: string | undefined, row: number): number | undefined {
  if (name === undefined) return undefined;
  const [, letters, own] = /^([A-Z]{1,3})(\d+)$/.exec(name) ?? [];
  if (letters === undefined || Number(own) !== row) return Number.NaN;
  return [...letters].reduce((sum, letter) => 26 * sum + letter.charCodeAt(0) - 64, 0);
}
