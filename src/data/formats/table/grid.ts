import { zerosLike } from "../../../util/floats.js";
import type { FloatArray } from "../../../util/types.js";

/** A rectangle of cells, header and labels included, as a file has it or transposed. */
export interface Grid {
  readonly rows: number;
  readonly columns: number;
  /** Cell (i, j) is values[i rowStep + j columnStep]: a finite number, NaN where missing, -Infinity where true or false, Infinity where text or beyond 32 bits. */
  readonly values: FloatArray;
  readonly rowStep: number;
  readonly columnStep: number;
  /** What the file calls a column of this grid: "row" where it is transposed. */
  readonly columnWord: "column" | "row";
  /** The trimmed texts of a row or a column. */
  row(i: number): string[];
  column(j: number): string[];
  /** Whether cell (i, j), true or false, is true; fast along the file's rows. */
  isTrue(i: number, j: number): boolean;
  /** Where the file has cell (i, j): "row 3, column 2". */
  place(i: number, j: number): string;
}

/** Cell (i, j). No method, which would have to be looked up for every cell. */
export function at({ values, rowStep, columnStep }: Grid, i: number, j: number): number {
  return values[i * rowStep + j * columnStep];
}

/** Keeps what `make` made: the same few rows and columns are asked for again and again. */
export function remember(make: (index: number) => string[]): (index: number) => string[] {
  const made = new Map<number, string[]>();
  return (index) => {
    const texts = made.get(index) ?? make(index);
    made.set(index, texts);
    return texts;
  };
}

/** The same cells with rows and columns exchanged; nothing is copied. */
export function transposed(grid: Grid): Grid {
  return {
    rows: grid.columns,
    columns: grid.rows,
    values: grid.values,
    rowStep: grid.columnStep,
    columnStep: grid.rowStep,
    columnWord: grid.columnWord === "row" ? "column" : "row",
    row: grid.column,
    column: grid.row,
    isTrue: (i, j) => grid.isTrue(j, i),
    place: (i, j) => grid.place(j, i),
  };
}

/** The same cells without some rows, the others in their order: `place` still tells where the file has them. Values are copied. */
export function withoutRows(grid: Grid, skipped: ReadonlySet<number>): Grid {
  if (skipped.size === 0) return grid;
  const kept = Array.from({ length: grid.rows }, (_, i) => i).filter((i) => !skipped.has(i));
  const { columns } = grid;
  // along the file's rows, so that what is copied is near what was copied before
  const across = grid.columnStep !== 1;
  const values = zerosLike(grid.values, kept.length * columns);
  const [rowStep, columnStep] = across ? [1, kept.length] : [columns, 1];
  const [outer, inner] = across ? [columns, kept.length] : [kept.length, columns];
  for (let a = 0; a < outer; a++) {
    for (let b = 0; b < inner; b++) {
      const [i, j] = across ? [b, a] : [a, b];
      values[i * rowStep + j * columnStep] = at(grid, kept[i], j);
    }
  }
  return {
    rows: kept.length,
    columns,
    values,
    rowStep,
    columnStep,
    columnWord: grid.columnWord,
    row: (i) => grid.row(kept[i]),
    column: remember((j) => {
      const cells = grid.column(j);
      return kept.map((i) => cells[i]);
    }),
    isTrue: (i, j) => grid.isTrue(kept[i], j),
    place: (i, j) => grid.place(kept[i], j),
  };
}

/** The same cells without the rows and columns whose first cell is one of `names`; row 0 and column 0, which hold the names, stay. */
export function withoutNamed(grid: Grid, names: ReadonlySet<string>): Grid {
  const named = (cells: readonly string[]) => new Set(cells.flatMap((cell, k) => (k > 0 && names.has(cell) ? [k] : [])));
  const fewer = withoutRows(grid, named(grid.column(0)));
  return transposed(withoutRows(transposed(fewer), named(grid.row(0))));
}
