import Papa from "papaparse";
import { check, nearestName } from "../../util/check.js";
import { type Dataset, makeDataset } from "../dataset.js";

/** How to read a table of text. */
export interface CsvOptions {
  name?: string;
  /** Whether row 1 holds column names; by default it does when none of its feature cells is a number, or when `label` is a name. */
  header?: boolean;
  /** The label's column: its name in the header, or its 0-based index. Default: the last. null: there is none, every column is a feature. */
  label?: string | number | null;
  /** Skip the label column unread: the dataset has no classes. */
  ignoreLabels?: boolean;
  /** Between cells; by default what the first rows suggest: comma, tab, bar or semicolon. */
  delimiter?: string;
  classes?: readonly string[];
}

const MAX_TEXT = 2 ** 29 - 24; // the longest string of V8
const GUESS_ROWS = 10;

// Decimal numbers only: Number() would also take "", "0x10" and "Infinity". Unambiguous, so it never backtracks far.
const NUMBER = /^\s*[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\s*$/i;

/**
 * Reads a table of one sample per row, one of whose columns is the label and every other a number. UTF-8 with or without a byte
 * order mark, any line end, quoted cells, blank lines at the end. Labels become numbers when all of them are, so that "1.0" and
 * "1" are one class. Rows are counted from 1 with the header, columns from 1.
 *
 * Throws on an empty table, a ragged row, an empty cell, text where a number belongs, a number beyond 32-bit floats, a label
 * column that is missing, a broken quote, text that is not UTF-8, and on fractional numbers in the last column when nothing
 * said that it is the label.
 */
export function readCsv(bytes: Uint8Array, where: string, options: CsvOptions = {}): Dataset {
  const text = decode(bytes, where);
  const delimiter = options.delimiter ?? guessDelimiter(text);
  const table = new TableBuilder(where, options);
  Papa.parse<string[]>(text, {
    delimiter,
    step: ({ data, errors }) => {
      check(errors.length === 0, where, () => `row ${table.row + 1}: ${errors[0].message}`);
      table.add(data);
    },
  });
  const { x, labels, features } = table.finish();
  const unlabelled = options.label === null || options.ignoreLabels;
  return makeDataset({ name: options.name ?? where, x, labels: unlabelled ? null : labels, features, classes: options.classes });
}

function decode(bytes: Uint8Array, where: string): string {
  check(
    bytes.length <= MAX_TEXT,
    where,
    () => `${bytes.length} bytes of text; at most ${MAX_TEXT} are read: split the file, or use IDX`,
  );
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    check(false, where, () => "it is not UTF-8 text; save it as UTF-8");
  }
}

function guessDelimiter(text: string): string {
  let end = 0;
  for (let row = 0; row < GUESS_ROWS && end >= 0; row++) end = text.indexOf("\n", end + 1);
  const { meta } = Papa.parse(end < 0 ? text : text.slice(0, end), { preview: GUESS_ROWS });
  return meta.delimiter;
}

/** Takes rows as they are parsed, so that no more than one is held as text. */
class TableBuilder {
  /** Rows seen so far, the header and blank ones included. */
  row = 0;
  private columns = 0;
  private names: string[] | undefined;
  private labelColumn = 0;
  private guessedHeader = false;
  private blankAt = 0;
  private samples = 0;
  private x = new Float32Array(0);
  private readonly labels: string[] = [];

  constructor(
    private readonly where: string,
    private readonly options: CsvOptions,
  ) {}

  add(cells: string[]): void {
    this.row++;
    if (cells.length === 1 && cells[0].trim() === "") {
      this.blankAt ||= this.row;
      return;
    }
    check(this.blankAt === 0, this.where, () => `row ${this.blankAt} is blank, but row ${this.row} is not; remove the blank row`);
    if (this.columns === 0) {
      this.start(cells);
      if (this.names) return;
    }
    check(
      cells.length === this.columns,
      this.where,
      () => `row ${this.row} has ${cells.length} cells, the rows before it ${this.columns}`,
    );
    this.addSample(cells);
  }

  finish(): { x: Float32Array; labels: string[] | number[]; features: number } {
    const { where, labels } = this;
    check(this.samples > 0, where, () =>
      this.row > this.samples && this.names ? "it holds a header but no samples" : "the table is empty",
    );
    const { features } = this;
    return { x: this.x.subarray(0, this.samples * features), labels: this.numericLabels() ?? labels, features };
  }

  private start(cells: string[]): void {
    const { header, label } = this.options;
    this.columns = cells.length;
    check(cells.length >= 2 || label === null, this.where, () => {
      return `row 1 has one cell, "${excerpt(cells[0])}"; expected features and a label (is the delimiter a comma, tab, semicolon or bar?)`;
    });
    const names = cells.map((cell) => cell.trim());
    if (typeof label === "string") {
      check(
        header !== false,
        this.where,
        () => `label column "${label}" is a name, but the table is said to have no header; give its index`,
      );
      this.labelColumn = this.findName(names, label);
      this.names = names;
      return;
    }
    const column = label === null ? -1 : (label ?? cells.length - 1);
    check(label === null || (Number.isInteger(column) && column >= 0 && column < cells.length), this.where, () => {
      return `no label column ${column}; the ${cells.length} columns are 0 to ${cells.length - 1}`;
    });
    this.labelColumn = column;
    this.guessedHeader = header === undefined;
    const textOnly = cells.every((cell, j) => j === column || !NUMBER.test(cell));
    if (header ?? textOnly) this.names = names;
  }

  private findName(names: string[], label: string): number {
    const column = names.indexOf(label);
    check(column >= 0, this.where, () => {
      const near = nearestName(label, names);
      const shown = names.slice(0, 10).map(excerpt).join(", ") + (names.length > 10 ? ", ..." : "");
      return `no label column "${label}"; ${near ? `did you mean "${near}"? ` : ""}row 1 names ${names.length} columns: ${shown}`;
    });
    check(names.lastIndexOf(label) === column, this.where, () => `two columns are named "${label}"; give the label's index`);
    return column;
  }

  private get features(): number {
    return this.labelColumn < 0 ? this.columns : this.columns - 1;
  }

  private addSample(cells: string[]): void {
    const { features } = this;
    const base = this.samples * features;
    if (base + features > this.x.length) {
      const grown = new Float32Array(Math.max(2 * this.x.length, 16 * features));
      grown.set(this.x);
      this.x = grown;
    }
    for (let j = 0, k = base; j < cells.length; j++) {
      if (j !== this.labelColumn) this.x[k++] = this.number(cells[j], j);
    }
    this.samples++;
    if (this.labelColumn < 0 || this.options.ignoreLabels) return;
    const label = cells[this.labelColumn].trim();
    check(label !== "", this.where, () => `${this.place(this.labelColumn)}: the label is empty`);
    this.labels.push(label);
  }

  private number(cell: string, column: number): number {
    const value = NUMBER.test(cell) ? Number(cell) : Number.NaN;
    if (Number.isFinite(Math.fround(value))) return value;
    const place = this.place(column);
    check(cell.trim() !== "", this.where, () => `${place}: the cell is empty; every feature needs a number`);
    check(Number.isNaN(value), this.where, () => `${place}: ${excerpt(cell)} is beyond the range of 32-bit floats (3.4e38)`);
    const hint = this.row === 1 && this.guessedHeader ? " (if row 1 is a header, say so with option header)" : "";
    check(false, this.where, () => `${place}: "${excerpt(cell)}" is not a finite number${hint}`);
  }

  private place(column: number): string {
    const name = this.names ? ` ("${excerpt(this.names[column])}")` : "";
    return `row ${this.row}, column ${column + 1}${name}`;
  }

  // The labels as numbers if every one is, else undefined; what looks like a misread table is refused here.
  private numericLabels(): number[] | undefined {
    const { labels, where, options } = this;
    const text = labels.findIndex((label) => !NUMBER.test(label));
    const misread =
      text === 0 &&
      labels.length > 2 &&
      this.guessedHeader &&
      !this.names &&
      labels.slice(1).every((label) => NUMBER.test(label));
    check(!misread, where, () => {
      return `row 1 could be a header or a sample: its label is "${excerpt(labels[0])}", all others are numbers; say which with option header`;
    });
    if (text >= 0) return undefined;
    const numbers = labels.map(Number);
    const fraction = numbers.findIndex((value) => !Number.isInteger(value));
    check(fraction < 0 || options.label !== undefined, where, () => {
      return `the last column holds ${labels[fraction]}, which is no class label; say which column is, with option label`;
    });
    return numbers;
  }
}

function excerpt(cell: string): string {
  return cell.length > 40 ? `${cell.slice(0, 40)}...` : cell;
}
