import { check, didYouMean } from "../../../util/check.js";
import { maximum } from "../../../util/extremes.js";
import { excerpt } from "../../../util/shown.js";
import { checkDistinct, list } from "../../names.js";
import { isIdName, isRowNumberName, labelName } from "./column-names.js";
import { type Grid, withoutRows } from "./grid.js";
import type { FileGrid } from "./read-grid.js";

/** A second table that gives samples of a first one labels, and perhaps groups, by ID. */
export interface LabelSheet {
  readonly where: string;
  readonly grid: Grid;
  /** The column of IDs. */
  readonly id: number;
  /** Names of its columns; null without a header. */
  readonly names: readonly string[] | null;
  /** The IDs, header left out. */
  readonly ids: readonly string[];
}

/**
 * Finds the column of a label table that holds sample IDs: the one most of whose cells are among `candidates` (row 1 and column 1 of the
 * samples' table). Row 1 is a header unless its ID is one of them, and left out where it is one behind a "#". Throws when no column holds any.
 */
export function openLabels(grid: FileGrid, candidates: ReadonlySet<string>, where: string, table: string): LabelSheet {
  check(grid.columns >= 2, where, () => `it has ${grid.columns} column; expected sample IDs and labels`);
  // "id" may stand over the IDs of both
  const known = (cell: string) => candidates.has(cell) && cell !== "" && !isIdName(cell);
  const found = Array.from({ length: grid.columns }, (_, j) => new Set(grid.column(j).filter(known)).size);
  const most = maximum(found);
  const id = idColumn(grid, found, known, where, table);
  const cells = grid.column(id);
  check(most > 0, where, () => {
    const [here, there] = [cells, [...candidates]].map((some) =>
      list(
        some
          .filter((cell) => !isIdName(cell))
          .slice(0, 5)
          .map(excerpt),
      ),
    );
    return `no column holds sample IDs of ${table}: column 1 holds ${here}, row 1 and column 1 of ${table} hold ${there}`;
  });
  if (grid.commented && known(cells[0].replace(/^#+\s*/, ""))) {
    const rest = withoutRows(grid, new Set([0]));
    return { where, grid: rest, id, names: null, ids: cells.slice(1) };
  }
  const header = !known(cells[0]);
  return { where, grid, id, names: header ? grid.row(0) : null, ids: header ? cells.slice(1) : cells };
}

/**
 * The column with most sample IDs (`found`: how many distinct ones). Row numbers may look like them, so a column named as an ID goes before
 * one that only counts, if it has about as many. Throws where several have them that would join otherwise.
 */
function idColumn(grid: Grid, found: readonly number[], known: (cell: string) => boolean, where: string, table: string): number {
  const most = maximum(found);
  if (most === 0) return 0;
  const top = grid.row(0);
  const ids = (j: number) => grid.column(j).slice(known(top[j]) ? 0 : 1);
  const distinct = (j: number) => new Set(ids(j)).size === ids(j).length;
  const full = found.flatMap((count, j) => (count >= 0.9 * most && distinct(j) ? [j] : []));
  const named = full.filter((j) => !known(top[j]) && isIdName(top[j]) && !isRowNumberName(top[j]));
  const counts = (j: number) => isRowNumberName(top[j]) || ids(j).every((cell, k) => Number(cell) === Number(ids(j)[0]) + k);
  if (named.length === 1 && full.every((j) => j === named[0] || counts(j))) return named[0];
  const best = full.filter((j) => found[j] === most);
  const other = best.find((j) => ids(j).join("\n") !== ids(best[0]).join("\n"));
  check(other === undefined, where, () => {
    const [a, b] = [best[0], other ?? 0].map((j) =>
      top[j] && !known(top[j]) ? `column "${excerpt(top[j])}"` : `column ${j + 1}`,
    );
    return `${a} and ${b} both hold sample IDs of ${table}, in different order; remove the one that does not name its samples (of row numbers, say) from the file of option labels`;
  });
  return best[0] ?? found.indexOf(most);
}

/** The column of a role in a label table by name or index, or undefined when it has no such name. */
export function sheetColumn(sheet: LabelSheet, choice: string | number): number | undefined {
  const { grid, names, where } = sheet;
  if (typeof choice === "string") {
    const column = names?.indexOf(choice) ?? -1;
    return column < 0 ? undefined : column;
  }
  check(Number.isInteger(choice) && choice >= 0 && choice < grid.columns && choice !== sheet.id, where, () => {
    return `no column ${choice} for labels; the ${grid.columns} columns are 0 to ${grid.columns - 1}, IDs are in ${sheet.id}`;
  });
  return choice;
}

/** The label column: as asked, else the only one beside IDs and what is `taken`, else the only one with a label's name. */
export function sheetLabel(
  sheet: LabelSheet,
  choice: string | number | undefined,
  taken: readonly (number | undefined)[],
): number {
  const { grid, names, where, id } = sheet;
  if (choice !== undefined) {
    const column = sheetColumn(sheet, choice);
    check(column !== undefined, where, () => {
      return `no label column "${choice}"; ${didYouMean(String(choice), names ?? [])}${columnsOf(sheet)}`;
    });
    return column;
  }
  const others = Array.from({ length: grid.columns }, (_, j) => j).filter((j) => j !== id && !taken.includes(j));
  const named = (how: string) => others.filter((j) => labelName(names?.[j] ?? "") === how);
  const likely = others.length === 1 ? others : named("yes").length > 0 ? named("yes") : named("maybe");
  check(likely.length === 1, where, () => `which column holds the labels? say so with option label; ${columnsOf(sheet)}`);
  return likely[0];
}

function columnsOf({ grid, names }: LabelSheet): string {
  return names
    ? `row 1 names ${names.length} columns: ${list(names.map(excerpt))}`
    : `it has ${grid.columns} columns and no header`;
}

/**
 * The cells of `column` for the samples `ids`, in their order. Every sample must have one; throws on IDs that occur twice, that no sample
 * has (unless `others` may be there), and on samples that have none, with how many and which.
 */
export function joinById(sheet: LabelSheet, column: number, ids: readonly string[], table: string, others: boolean): string[] {
  const { where } = sheet;
  checkDistinct(sheet.ids, where, "IDs");
  const first = sheet.names ? 1 : 0;
  const cells = sheet.grid.column(column);
  const of = new Map(sheet.ids.map((id, i) => [id, cells[i + first]]));
  const without = ids.filter((id) => !of.has(id));
  check(without.length === 0, where, () => {
    return `${without.length} of the ${ids.length} samples of ${table} are not in it: ${list(without)}`;
  });
  const known = new Set(ids);
  const unknown = sheet.ids.filter((id) => !known.has(id));
  check(others || unknown.length === 0, where, () => {
    return `${unknown.length} of its ${sheet.ids.length} IDs are no samples of ${table}: ${list(unknown)}; remove them`;
  });
  return ids.map((id) => of.get(id) as string);
}
