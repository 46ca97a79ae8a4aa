import { check } from "../../util/check.js";
import { list } from "../names.js";
import type { InMemory } from "./file.js";
import { cellText, latin, makeCells, scanRow } from "./table/cells.js";
import { lineAt } from "./table/lines.js";
import { tabular } from "./table/tabular.js";

const TAB = 0x09;
const [BEGIN, END] = ["!series_matrix_table_begin", "!series_matrix_table_end"];

/** Lines about samples that labels could be, beside their characteristics. */
const KEPT = /^(title|source_name_ch\d|description)$/;

/** What is said of each sample, by the name of it. */
type Sheet = Map<string, string[]>;

/** Rows above the table: what they say of samples, and where the table starts. */
function readAbove(bytes: Uint8Array, where: string) {
  const cells = makeCells();
  const sheet: Sheet = new Map();
  const notes: string[] = [];
  let ids: string[] | undefined;
  for (let at = 0, row = 1; at < bytes.length; row++) {
    const lines = at;
    at = scanRow(bytes, at, TAB, cells, () => `${where}: row ${row}`);
    const texts = Array.from({ length: cells.count }, (_, j) => cellText(bytes, cells, j).trim());
    if (texts[0] === BEGIN) return { sheet, notes, ids, start: at, row: row + 1 };
    const name = /^!Sample_(.+)$/.exec(texts[0])?.[1] ?? "";
    if (name === "geo_accession") ids = texts.slice(1);
    else if (/^characteristics_ch\d/.test(name))
      for (const [one, values] of characteristics(name, texts.slice(1))) addValues(sheet, one, values, notes);
    else if (KEPT.test(name)) addValues(sheet, name, texts.slice(1), notes);
    check(at > lines, where, () => `row ${row} has no end`);
  }
  check(false, where, () => `truncated: it has no line ${BEGIN}`);
}

/** What a line says of samples, by name: "status: case" says case of its sample under the name status; "case" alone does so under the line's. */
function characteristics(line: string, texts: readonly string[]): Sheet {
  const told: Sheet = new Map();
  for (const [i, text] of texts.entries()) {
    const [, name, value] = /^([^:]+):\s*(.*)$/.exec(text) ?? ["", line, text];
    if (text === "") continue;
    const values = told.get(name) ?? new Array<string>(texts.length).fill("");
    values[i] = value;
    told.set(name, values);
  }
  return told;
}

/** Joins what a line says to what earlier lines say under the same name; where they say otherwise of a sample, under another name, which is noted. */
function addValues(sheet: Sheet, name: string, values: readonly string[], notes: string[]): void {
  const fits = (column: string) => {
    const known = sheet.get(column) ?? values;
    return known.length === values.length && known.every((one, i) => !one || !values[i] || one === values[i]);
  };
  let column = name;
  for (let k = 2; !fits(column); k++) column = `${name} ${k}`;
  const known = sheet.get(column) ?? [];
  sheet.set(
    column,
    values.map((value, i) => value || (known[i] ?? "")),
  );
  if (column !== name) notes.push(`its lines say different things of samples as "${name}": the later are "${column}"`);
}

/** The sheet as a table of labels, a row for each sample; undefined where it says nothing. */
function tableOf(sheet: Sheet, ids: readonly string[], where: string): InMemory | undefined {
  const quoted = (cells: readonly string[]) => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join("\t");
  const columns = [...sheet].filter(([, values]) => values.length === ids.length);
  if (columns.length === 0) return undefined;
  const rows = ids.map((id, i) => [id, ...columns.map(([, values]) => values[i])]);
  const text = [["geo_accession", ...columns.map(([name]) => name)], ...rows].map(quoted).join("\n");
  return { name: `${where}, what it says of samples`, bytes: new TextEncoder().encode(text) };
}

/**
 * Series matrices of NCBI GEO: lines about the series and its samples, then a table of probes x samples. What the lines say of samples
 * (characteristics by their names, title, source_name_ch1) are labels and groups for options `label` and `group`, unless option `labels` names a file.
 */
export const geo = tabular(
  {
    name: "geo",
    title: "GEO series matrix",
    plural: "GEO series matrices",
    about:
      "a series matrix of NCBI GEO (`_series_matrix.txt`): probes x samples; `--label` names what its lines say of samples (`status`, `title`), or `--labels` a file",
    extensions: [],
    claims: (head) => /^\s*"?!(series|sample)_/i.test(latin(head, 0, Math.min(200, head.length))) && "sure",
  },
  async (file, { label, labels, ignoreLabels }) => {
    const where = file.name;
    const bytes = await file.whole();
    const { sheet, notes, ids, start, row } = readAbove(bytes, where);
    const rest = bytes.subarray(start);
    const end = lastLine(rest);
    check(end >= 0, where, () => `truncated: it has no line ${END}`);
    const filled = rest.subarray(lineAt(rest, 0).next, end).some((byte) => byte > 0x20);
    check(filled, where, () => {
      return "its table has no rows: values of sequencing lie in a supplementary file of the series, whose table is read with --labels";
    });
    const cells = makeCells();
    scanRow(rest, 0, TAB, cells, () => `${where}: row ${row}`);
    const own = Array.from({ length: cells.count - 1 }, (_, j) => cellText(rest, cells, j + 1).trim());
    check(!ids || ids.join("\n") === own.join("\n"), where, () => {
      return `its table has samples ${list(own)}, its lines tell of ${list(ids ?? [])}`;
    });
    const needed = !labels && label !== null && !ignoreLabels;
    const told = needed ? tableOf(sheet, own, where) : undefined;
    return {
      problem: needed && !told ? "its lines say nothing of its samples; give labels in a file (option labels)" : undefined,
      bytes: rest.subarray(0, end),
      notes: told && notes,
      options: {
        fileRow: (line) => line + row - 1,
        delimiter: "\t",
        header: true,
        orientation: "columns",
        id: 0,
        ...(told && { labels: told }),
      },
    };
  },
);

/** Where the line that ends the table starts; -1 where there is none. */
function lastLine(bytes: Uint8Array): number {
  for (let at = bytes.lastIndexOf(0x21); at >= 0; at = at === 0 ? -1 : bytes.lastIndexOf(0x21, at - 1))
    if (latin(bytes, at, Math.min(at + END.length, bytes.length)).toLowerCase() === END) return at;
  return -1;
}
