import { check } from "../../util/check.js";

/** Whether values [rows, columns] are 0 or 1 throughout. */
export function isBinary(values: ArrayLike<number | string>): boolean {
  for (let k = 0; k < values.length; k++) if (values[k] !== 0 && values[k] !== 1) return false;
  return true;
}

/**
 * The class of every row of one-hot labels [rows, columns], row-major: the column of its 1, from 0, which is noted. Throws, naming the first row,
 * where a row has no 1, several, or another number than 0 and 1.
 */
export function classesOfOneHot(
  values: ArrayLike<number | string>,
  rows: number,
  columns: number,
  where: string,
  notes: string[],
): Float64Array {
  const but = (i: number) => `have shape (${rows}, ${columns}) and would be one-hot, a 1 in each row, but row ${i + 1}`;
  const classes = Float64Array.from({ length: rows }, (_, i) => {
    let at = -1;
    for (let j = 0; j < columns; j++) {
      const value = values[i * columns + j];
      check(value === 0 || value === 1, where, () => `${but(i)} holds ${value}`);
      check(value === 0 || at < 0, where, () => `${but(i)} has several, in columns ${at + 1} and ${j + 1}`);
      if (value === 1) at = j;
    }
    check(at >= 0, where, () => `${but(i)} has none`);
    return at;
  });
  notes.push(`labels of shape (${rows}, ${columns}) are one-hot: a sample's class is the column of its 1, from 0`);
  return classes;
}
