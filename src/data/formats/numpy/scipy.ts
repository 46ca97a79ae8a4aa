import { check } from "../../../util/check.js";
import { MOST_F32, rounded } from "../../../util/floats.js";
import type { FloatArray } from "../../../util/types.js";
import type { RowChunk } from "../../pick.js";
import type { NpyArray } from "./npy.js";
import type { OpenNpz } from "./npz.js";

/** A CSR matrix of shape [rows, columns]. */
export interface CsrRows extends RowChunk {
  readonly shape: readonly [number, number];
}

/** Whether an archive is one of scipy's sparse matrices. */
export function isCsr({ names }: OpenNpz): boolean {
  return names.includes("format") && names.includes("shape");
}

/**
 * The CSR matrix that scipy.sparse.save_npz wrote: arrays `format`, `shape`, `indptr`, `indices`, `data`. Values are 32-bit floats where these hold all of their type, else 64-bit ones. Throws,
 * naming the array, on another format, and unless indptr starts at 0, never falls and ends at the number of values, and all indices are columns.
 */
export async function readCsr(npz: OpenNpz, where: string): Promise<CsrRows> {
  const read = async (name: string) => npz.read(name);
  const format = await read("format");
  const kind = Array.isArray(format.data) ? format.data[0] : undefined;
  check(kind === "csr", where, () => {
    return `array format is ${kind === undefined ? "no text" : `"${kind.slice(0, 20)}"`}, read is "csr": save matrix.tocsr()`;
  });
  const shape = integers(await read("shape"), `${where}: array shape`);
  const [rows, columns] = shape;
  check(shape.length === 2 && shape.every((size) => size < 2 ** 32), `${where}: array shape`, () => {
    return `is (${shape.slice(0, 8).join(", ")}), expected rows and columns`;
  });
  const rowPtr = integers(await read("indptr"), `${where}: array indptr`);
  const colIdx = integers(await read("indices"), `${where}: array indices`);
  const data = floatsOf(await read("data"), `${where}: array data`);
  check(rowPtr.length === rows + 1, `${where}: array indptr`, () => {
    return `has ${rowPtr.length} elements, expected ${rows + 1} for ${rows} rows`;
  });
  const nnz = data.length;
  check(colIdx.length === nnz && rowPtr[0] === 0 && rowPtr[rows] === nnz, where, () => {
    return `indptr goes from ${rowPtr[0]} to ${rowPtr[rows]}, expected 0 to the ${nnz} elements of data; indices has ${colIdx.length}`;
  });
  const falls = rowPtr.findIndex((start, i) => i > 0 && start < rowPtr[i - 1]);
  check(falls < 0, `${where}: array indptr`, () => `falls from ${rowPtr[falls - 1]} to ${rowPtr[falls]} at element ${falls}`);
  const outside = colIdx.findIndex((column) => column >= columns);
  check(outside < 0, `${where}: array indices`, () => {
    return `element ${outside} is ${colIdx[outside]}, but there are ${columns} columns`;
  });
  return { shape: [rows, columns], rows, rowPtr, colIdx, values: data };
}

/** The numbers of an array in 32 bits where these hold all of its type, else in 64. Throws on texts. */
export function floatsOf({ data }: Pick<NpyArray, "data">, where: string): FloatArray {
  check(!Array.isArray(data), where, () => "holds texts, expected numbers");
  if (data instanceof Float64Array || data instanceof Float32Array) return data;
  return data.BYTES_PER_ELEMENT < 4 ? new Float32Array(data) : new Float64Array(data);
}

/** The numbers of an array rounded to 32 bits; values that are not finite stay what they are. Throws on texts, and where a finite number would not stay finite. */
export function toFloat32(array: Pick<NpyArray, "data">, where: string): Float32Array {
  const values = floatsOf(array, where);
  const beyond = values.findIndex((value) => Math.abs(value) > MOST_F32 && Number.isFinite(value));
  check(beyond < 0, where, () => `element ${beyond} is ${values[beyond]}, beyond the range of 32-bit floats (3.4e38)`);
  return rounded(values);
}

function integers({ data }: NpyArray, where: string): Uint32Array {
  check(!Array.isArray(data), where, () => "holds texts, expected whole numbers");
  const wrong = data.findIndex((value: number) => !(Number.isInteger(value) && value >= 0 && value < 2 ** 32));
  check(wrong < 0, where, () => `element ${wrong} is ${data[wrong]}, expected a whole number of at least 0`);
  return Uint32Array.from(data);
}
