import { check, checkInteger, checkObject } from "../../../util/check.js";

/** Where a table had what is no feature, by 0-based columns (rows, where samples are columns): tables without a header are read alike. */
export interface TableLayout {
  readonly columns: number;
  readonly label: number | null;
  readonly id: number | null;
  /** Left out, groups included. */
  readonly ignored: readonly number[];
}

/** What a layout says of a table without a header. */
export interface Arrangement {
  /** -1 where there is none. */
  readonly label: number;
  readonly id: number;
  readonly ignored: readonly number[];
  readonly note: string;
}

interface Asked {
  readonly label?: string | number | null;
  readonly id?: string | number | null;
  /** Labels are not wanted: their column may be there or not. */
  readonly unlabelled?: boolean;
}

/**
 * A table of `columns` columns as one of this layout. Its label may be left out where none is asked for, its ID where that is said, and all
 * that is no feature at once. null where what was asked for is another layout. Throws where nothing was said of the label and neither fits.
 */
export function arrange(
  layout: TableLayout,
  columns: number,
  { label, id, unlabelled = false }: Asked,
  where: string,
): Arrangement | null {
  if (typeof label === "string" || typeof id === "string" || (typeof label === "number" && label !== layout.label)) return null;
  const others = [layout.label, layout.id, ...layout.ignored].filter((column) => column !== null);
  const mayLack = layout.label !== null && (label === null || unlabelled) ? [layout.label] : [];
  const lacks = layout.id !== null && id === null ? [layout.id] : [];
  const ways = [
    ...(label === null && mayLack.length > 0 ? [] : [lacks]),
    ...(mayLack.length > 0 ? [[...lacks, ...mayLack]] : []),
    ...((label === null || unlabelled) && typeof id !== "number" ? [others] : []),
  ];
  const gone = ways.find((missing) => layout.columns - missing.length === columns);
  if (!gone) {
    check(label !== undefined, where, () => {
      return `it has no header and ${columns} columns, but the model's table had ${layout.columns}: ${inWords(layout)}; say which they are with options label (--label, or --no-label in predict) and id (--id, --no-id), or give it a header`;
    });
    return null;
  }
  const now = (column: number | null) =>
    column === null || gone.includes(column) ? -1 : column - gone.filter((one) => one < column).length;
  const found = {
    label: now(layout.label),
    id: now(layout.id),
    ignored: layout.ignored.map(now).filter((column) => column >= 0),
  };
  if (typeof id === "number" && id !== found.id) return null;
  const roles = { "the label": layout.label, "the ID": layout.id };
  const missing = Object.entries(roles).flatMap(([role, column]) => (column !== null && gone.includes(column) ? [role] : []));
  const lacking = missing.length === 0 ? "" : `; taken to lack ${missing.join(" and ")}`;
  return {
    ...found,
    note: others.length === 0 ? "" : `its columns are taken as those of the model's table: ${inWords(layout)}${lacking}`,
  };
}

function inWords({ label, id, ignored }: TableLayout): string {
  const parts = [
    label === null ? "no label" : `label ${label + 1}`,
    ...(id === null ? [] : [`ID ${id + 1}`]),
    ...(ignored.length === 0 ? [] : [`left out ${ignored.map((column) => column + 1).join(", ")}`]),
  ];
  return `${parts.join(", ")} (columns from 1)`;
}

/** Throws unless it is a layout, e.g. one of a model's file. */
export function checkLayout(layout: TableLayout, where: string): void {
  checkObject(layout, where, "layout of a table");
  const { columns, label, id, ignored } = layout;
  checkInteger(columns, `${where}: columns`, 1);
  check(Array.isArray(ignored), `${where}: ignored`, () => "is no list");
  const used = [label, id, ...ignored].filter((column) => column !== null);
  for (const column of used) checkInteger(column, where, 0, columns - 1);
  check(new Set(used).size === used.length, where, () => "a column is there twice");
}
