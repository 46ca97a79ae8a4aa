import { check } from "../../../util/check.js";
import { NUMBERS, type NumberType } from "../number-types.js";
import { latin } from "../table/cells.js";
import { checkTriplets, type Triplets } from "../triplets.js";
import { type MatArray, unpadded, type Variable } from "./mat-array.js";
import { MAT4_HEADER } from "./signature.js";

const { f8, f4, i4, i2, u2, u1 } = NUMBERS;
/** Numbers by the tens of a matrix's type. */
const TYPES: readonly NumberType[] = [f8, f4, i4, i2, u2, u1];
const KINDS = ["double", "char", "sparse"];
const MAX_VARIABLES = 10_000;

interface Matrix {
  readonly view: DataView;
  readonly little: boolean;
  readonly type: NumberType;
  readonly rows: number;
  readonly columns: number;
  /** The byte that its values start at. */
  readonly at: number;
  readonly where: string;
}

/** The variables of a MATLAB Level 4 file (saved with -v4): "MAT-File Format" (The MathWorks), chapter 2. */
export function listVariables4(bytes: Uint8Array, where: string): Variable[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const little = view.getUint32(0, true) < 1000;
  const variables: Variable[] = [];
  for (let at = 0; at < bytes.length; ) {
    const field = `variable ${variables.length + 1} at byte ${at}`;
    check(at + MAT4_HEADER <= bytes.length, where, () => {
      return `truncated: ${field} has a header of ${bytes.length - at} bytes, expected 20`;
    });
    check(variables.length < MAX_VARIABLES, where, () => `more than ${MAX_VARIABLES} variables`);
    const [code, rows, columns, complex, length] = [0, 4, 8, 12, 16].map((offset) => view.getUint32(at + offset, little));
    const [order, zero, number, kind] = [1000, 100, 10, 1].map((place) => Math.floor(code / place) % 10);
    const type = TYPES[number];
    const fits = code < 2000 && order === Number(!little) && zero === 0 && type !== undefined && KINDS[kind] !== undefined;
    check(fits && complex < 2, where, () => `${field} has type ${code}, which is none of Level 4 in this byte order`);
    const name = latin(bytes, at + MAT4_HEADER, Math.min(at + MAT4_HEADER + length, bytes.length)).replace(/\0.*$/s, "");
    const start = at + MAT4_HEADER + length;
    const end = start + (1 + complex) * rows * columns * type.bytes;
    check(end <= bytes.length, where, () => {
      return `truncated: ${field} claims ${rows} x ${columns} values of ${type.bytes} bytes, ${Math.max(0, bytes.length - start)} are left`;
    });
    const matrix = { view, little, type, rows, columns, at: start, where: `${where}: variable ${name}` };
    variables.push({
      name,
      kind: KINDS[kind],
      complex: complex === 1,
      dims: kind === 2 ? sparseDims(matrix) : [rows, columns],
      read: async (wide) => readMatrix(matrix, kind, wide || !type.narrow),
      fields: async () => [],
    });
    at = end;
  }
  return variables;
}

const valueAt = ({ view, little, type, rows, at }: Matrix, i: number, j: number) =>
  type.get(view, at + (j * rows + i) * type.bytes, little);

function readMatrix(matrix: Matrix, kind: number, wide: boolean): MatArray {
  const { rows, columns } = matrix;
  if (kind === 2) return { kind: "sparse", data: readSparse(matrix, wide) };
  if (kind === 1) {
    const row = (i: number) => Array.from({ length: columns }, (_, j) => String.fromCharCode(valueAt(matrix, i, j))).join("");
    return { kind: "texts", data: Array.from({ length: rows }, (_, i) => unpadded(row(i))) };
  }
  const data = wide ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  for (let i = 0, k = 0; i < rows; i++) for (let j = 0; j < columns; j++) data[k++] = valueAt(matrix, i, j);
  return { kind: "numbers", data };
}

/** The last row of a sparse matrix has its dimensions. */
function sparseDims(matrix: Matrix): [number, number] {
  const { rows, columns, where } = matrix;
  check(rows > 0 && columns === 3, where, () => {
    return `is sparse with ${rows} x ${columns} numbers, expected 3 columns, of real numbers`;
  });
  const dims: [number, number] = [valueAt(matrix, rows - 1, 0), valueAt(matrix, rows - 1, 1)];
  check(
    dims.every((size) => Number.isInteger(size) && size >= 0 && size < 2 ** 31),
    where,
    () => {
      return `is sparse, of ${dims.join(" x ")}`;
    },
  );
  return dims;
}

/** From rows (i, j, value), counted from 1. */
function readSparse(matrix: Matrix, wide: boolean): Triplets {
  const [rows, columns] = sparseDims(matrix);
  const nnz = matrix.rows - 1;
  const index = (k: number, j: number) => {
    const value = valueAt(matrix, k, j);
    check(Number.isInteger(value), matrix.where, () => `value ${k + 1} is at ${value}, which is no whole number`);
    return value - 1;
  };
  const indices = (j: number) => Uint32Array.from({ length: nnz }, (_, k) => index(k, j));
  const values = wide ? new Float64Array(nnz) : new Float32Array(nnz);
  for (let k = 0; k < nnz; k++) values[k] = valueAt(matrix, k, 2);
  const triplets = { rows, columns, rowIdx: indices(0), colIdx: indices(1), values };
  checkTriplets(triplets, matrix.where);
  return triplets;
}
