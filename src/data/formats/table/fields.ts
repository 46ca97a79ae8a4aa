import { at, type Grid } from "./grid.js";

/** Cells of a column below the header that are texts (of these, true or false), and that are missing; how many of the column there are. */
export interface FieldKind {
  readonly text: number;
  readonly boolean: number;
  readonly missing: number;
  readonly count: number;
}

/** Counts texts and missing values of every column from row `first`. */
export function kindsOf({ rows, columns, values, rowStep, columnStep }: Grid, first: number): FieldKind[] {
  return Array.from({ length: columns }, (_, j) => {
    let [text, boolean, missing] = [0, 0, 0];
    for (let i = first, k = first * rowStep + j * columnStep; i < rows; i++, k += rowStep) {
      if (values[k] === Infinity) text++;
      else if (values[k] === -Infinity) boolean++;
      else if (Number.isNaN(values[k])) missing++;
    }
    return { text: text + boolean, boolean, missing, count: rows - first };
  });
}

/** Whether a column has nothing but true and false, and missing values: as a feature they are 1 and 0. */
export function areBooleans({ boolean, missing, count }: FieldKind): boolean {
  return boolean > 0 && boolean + missing === count;
}

/** The values of column j from row `first`, at most `most` of them. */
export function numbersOf(grid: Grid, first: number, j: number, most = Infinity): number[] {
  const length = Math.min(grid.rows - first, most);
  return Array.from({ length }, (_, i) => at(grid, i + first, j));
}

/** Whether a column has nothing but whole numbers from row `first`. */
export function areWhole(grid: Grid, first: number, j: number): boolean {
  for (let i = first; i < grid.rows; i++) if (!Number.isInteger(at(grid, i, j))) return false;
  return true;
}

/** Whether there is about one class per sample: more than 0.8 classes a sample, of 5 samples or more. */
export function hardlyRepeats(classes: number, samples: number): boolean {
  return samples >= 5 && classes > 0.8 * samples;
}
