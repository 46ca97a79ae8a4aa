import { check } from "../../../util/check.js";
import { type DataFile, inMemory, type OpenFile, openFile } from "../file.js";
import { isText, isWorkbook, refuseForeign, refuseForeignText, startOf } from "../foreign.js";
import { endsIn } from "../format.js";
import type { ReadOptions } from "../read-options.js";
import { joinById, openLabels, sheetColumn, sheetLabel } from "./label-sheet.js";
import { readGrid } from "./read-grid.js";
import { checkLabels, classLabels } from "./table-labels.js";

/** How the names of tables end. */
export const TABLES = [".csv", ".tsv", ".txt", ".data", ".tab"];

/** A label file's text. Throws when it is no table by name or content. */
export async function openLabelFile(file: DataFile | File, maxBytes: number | undefined) {
  const opened: OpenFile = await openFile(file, maxBytes);
  const { name, head } = opened;
  const named = endsIn(name, TABLES);
  check(!isWorkbook(head), name, () => "a workbook, and files of labels are .csv or .tsv: save the sheet as .csv");
  refuseForeign(name, head, named);
  if (isText(head)) refuseForeignText(name, head);
  check(named && isText(head), name, () => {
    return `unknown format (it ${startOf(head)}); labels are read from tables (${TABLES.join(", ")}), also gzipped (.gz)`;
  });
  return inMemory(opened);
}

/** The labels, and the groups if they are asked for, of samples that a format knows by their IDs; both are columns of `options.labels`, or the groups one of those `beside` the samples. */
export async function labelsById(
  file: DataFile | File,
  ids: readonly string[],
  where: string,
  options: ReadOptions,
  notes: string[],
  beside: readonly string[] = [],
) {
  const { bytes, name } = await openLabelFile(file, options.maxBytes);
  const grid = readGrid(bytes, name);
  const sheet = openLabels(grid, new Set(ids), name, where);
  const group = options.group === undefined ? undefined : sheetColumn(sheet, options.group);
  const known = options.group === undefined || group !== undefined || beside.includes(String(options.group));
  check(known, name, () => `no group column "${options.group}"`);
  const column = sheetLabel(sheet, options.label ?? undefined, [group]);
  const join = (at: number) => joinById(sheet, at, ids, where, options.extraLabels ?? false);
  const cells = join(column);
  checkLabels(cells, (i) => `${name}: ${ids[i]}`);
  for (const one of grid.notes) notes.push(`${name}: ${one}`);
  notes.push(`labels are column "${sheet.names?.[column] ?? column + 1}" of ${name}, joined by ID`);
  return { labels: classLabels(cells, options, notes), groups: group === undefined ? undefined : join(group) };
}
