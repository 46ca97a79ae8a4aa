import { zerosLike } from "../../util/floats.js";
import type { FloatArray } from "../../util/types.js";

/** An array [rows, columns] as [columns, rows], both row-major. */
export function transpose(x: FloatArray, rows: number, columns: number): FloatArray {
  const out = zerosLike(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}
