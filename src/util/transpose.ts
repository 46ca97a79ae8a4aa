import { zerosLike } from "./floats.js";
import type { FloatArray } from "./types.js";

/** An array [rows, columns] as [columns, rows], both row-major. */
export function transpose<A extends FloatArray>(x: A, rows: number, columns: number): A {
  const out = zerosLike(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}
