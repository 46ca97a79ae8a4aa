import { check } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import type { RowChunk } from "../../pick.js";
import { checkTriplets, linesOf, type Triplets } from "../triplets.js";
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
export async function readCsr(npz: OpenNpz, where: string, form?: string): Promise<CsrRows> {
  const read = async (name: string) => npz.read(name);
  const kind = form ?? (await readKind(npz));
  check(kind === "csr", where, () => {
    return `array format is ${kind === undefined ? "no text" : `"${kind.slice(0, 20)}"`}, read are "csr", and as samples "csc" and "coo": save matrix.tocsr()`;
  });
  const [rows, columns] = await readShape(npz, where);
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

/** The name of a matrix's form: csr, csc, coo, ...; undefined where it is no text. */
export async function readKind(npz: OpenNpz): Promise<string | undefined> {
  const { data } = await npz.read("format");
  return Array.isArray(data) ? data[0] : undefined;
}

async function readShape(npz: OpenNpz, where: string): Promise<[rows: number, columns: number]> {
  const shape = integers(await npz.read("shape"), `${where}: array shape`);
  check(shape.length === 2 && shape.every((size) => size < 2 ** 32), `${where}: array shape`, () => {
    return `is (${shape.slice(0, 8).join(", ")}), expected rows and columns`;
  });
  return [shape[0], shape[1]];
}

/** A CSC or COO matrix that scipy.sparse.save_npz wrote. Throws on indices that are beyond it, and on arrays that do not fit. */
export async function readTriplets(npz: OpenNpz, where: string, kind: "csc" | "coo"): Promise<Triplets> {
  const [rows, columns] = await readShape(npz, where);
  const list = async (name: string) => integers(await npz.read(name), `${where}: array ${name}`);
  const values = floatsOf(await npz.read("data"), `${where}: array data`);
  const rowIdx = await list(kind === "csc" ? "indices" : "row");
  const starts = await list(kind === "csc" ? "indptr" : "col");
  check(kind === "coo" || starts.length === columns + 1, `${where}: array indptr`, () => {
    return `has ${starts.length} elements, expected ${columns + 1} for ${columns} columns`;
  });
  const colIdx = kind === "coo" ? starts : linesOf(starts, values.length, `${where}: array indptr`);
  check(rowIdx.length === values.length && colIdx.length === values.length, where, () => {
    return `array data has ${values.length} elements, its rows ${rowIdx.length}, its columns ${colIdx.length}`;
  });
  const triplets = { rows, columns, rowIdx, colIdx, values };
  checkTriplets(triplets, `${where}: array data`);
  return triplets;
}

/** The numbers of an array in 32 bits where these hold all of its type, else in 64. Throws on texts. */
export function floatsOf({ data }: Pick<NpyArray, "data">, where: string): FloatArray {
  check(!Array.isArray(data), where, () => "holds texts, expected numbers");
  if (data instanceof Float64Array || data instanceof Float32Array) return data;
  return data.BYTES_PER_ELEMENT < 4 ? new Float32Array(data) : new Float64Array(data);
}

function integers({ data }: NpyArray, where: string): Uint32Array {
  check(!Array.isArray(data), where, () => "holds texts, expected whole numbers");
  const wrong = data.findIndex((value: number) => !(Number.isInteger(value) && value >= 0 && value < 2 ** 32));
  check(wrong < 0, where, () => `element ${wrong} is ${data[wrong]}, expected a whole number of at least 0`);
  return Uint32Array.from(data);
}
