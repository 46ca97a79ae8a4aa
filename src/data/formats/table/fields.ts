import { excerpt } from "../../../util/shown.js";
import { at, type Grid } from "./grid.js";

/** Cells of a column below the header that are texts (of these, true or false), and that are missing; how many of the column there are. */
export interface FieldKind {
  readonly text: number;
  readonly boolean: number;
  readonly missing: number;
  readonly count: number;
}

/** The samples of a grid: its rows from `first` on. */
export interface Samples {
  readonly grid: Grid;
  /** 1 where row 0 holds names. */
  readonly first: number;
}

/** Samples, and what their fields hold. */
export interface Fields extends Samples {
  /** Names of all columns; null without a header. */
  readonly names: readonly string[] | null;
  readonly kinds: readonly FieldKind[];
}

/** Looks at the fields of samples. */
export function fieldsOf(grid: Grid, first: number): Fields {
  return { grid, first, names: first > 0 ? grid.row(0) : null, kinds: kindsOf({ grid, first }) };
}

/** Counts texts and missing values of every field. */
export function kindsOf({ grid: { rows, columns, values, rowStep, columnStep }, first }: Samples): FieldKind[] {
  const [texts, booleans, missing] = Array.from({ length: 3 }, () => new Uint32Array(columns));
  const count = (i: number, j: number) => {
    const value = values[i * rowStep + j * columnStep];
    if (value === Infinity) texts[j]++;
    else if (value === -Infinity) booleans[j]++;
    else if (Number.isNaN(value)) missing[j]++;
  };
  // along the file's rows: what is read is near what was read before
  if (columnStep === 1) for (let i = first; i < rows; i++) for (let j = 0; j < columns; j++) count(i, j);
  else for (let j = 0; j < columns; j++) for (let i = first; i < rows; i++) count(i, j);
  return Array.from({ length: columns }, (_, j) => {
    return { text: texts[j] + booleans[j], boolean: booleans[j], missing: missing[j], count: rows - first };
  });
}

/** A field as messages call it: by its name, or its number from 1. */
export function nameField({ grid, names }: Pick<Fields, "grid" | "names">, j: number): string {
  return `${grid.columnWord} ${names?.[j] ? `"${excerpt(names[j])}"` : j + 1}`;
}

/** Whether a field has nothing but true and false, and missing values: as a feature they are 1 and 0. */
export function areBooleans({ boolean, missing, count }: FieldKind): boolean {
  return boolean > 0 && boolean + missing === count;
}

/** The cells of field j as texts. */
export function textsOf({ grid, first }: Samples, j: number): string[] {
  return grid.column(j).slice(first);
}

/** The values of field j, at most `most` of them. */
export function numbersOf({ grid, first }: Samples, j: number, most = Infinity): number[] {
  return Array.from({ length: Math.min(grid.rows - first, most) }, (_, i) => at(grid, i + first, j));
}

/** Whether a field has nothing but whole numbers. */
export function areWhole({ grid, first }: Samples, j: number): boolean {
  for (let i = first; i < grid.rows; i++) if (!Number.isInteger(at(grid, i, j))) return false;
  return true;
}
