import type { Device, DeviceBuffer, TypedData } from "../device/device.js";
import { gradient } from "../optimisers/gradient.js";
import { fromCoo, type Topology, toCsc, validateTopology } from "../sparse/topology.js";
import { check, checkKeys, checkObject, checkTyped } from "../util/check.js";
import { defaultVariants } from "./candidates.js";
import { checkBuffer, once, type Prepared, prepare, strideOf, unpad } from "./prepared.js";
import { sddmm as sddmmKernel } from "./sddmm.js";
import { cutFor, inSegments, joined, UNCUT } from "./segments.js";
import { spmm as spmmKernel } from "./spmm.js";
import { spmmT as spmmTKernel } from "./spmm-t.js";
import type { ProductShape } from "./variant.js";

/** W [rows, cols] by rows. Row r has the entries rowPtr[r] to rowPtr[r + 1] - 1, with strictly increasing columns. */
export interface CsrMatrix {
  readonly rows: number;
  readonly cols: number;
  /** rows + 1 elements. */
  readonly rowPtr: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values: Float32Array;
}

/** W [rows, cols] as a list of entries in any order, no cell twice. */
export interface CooMatrix {
  readonly rows: number;
  readonly cols: number;
  readonly rowIdx: Uint32Array;
  readonly colIdx: Uint32Array;
  readonly values: Float32Array;
}

/** A matrix in either form. */
export type SparseMatrix = CsrMatrix | CooMatrix;

/** What products take that are alone: no layer around them, no activation, no dropout. */
const PLAIN = { rowStart: 0, alpha: 0, stream: 0, threshold: 0, keepScale: 1, ...UNCUT };

/**
 * SpMM: y = W x. x is row-major [cols, batch], the result [rows, batch], for any batch.
 * Throws when the matrix is malformed, naming the entry, or when x has another length.
 */
export async function spmm(device: Device, matrix: SparseMatrix, x: Float32Array, batch: number): Promise<Float32Array> {
  return once("spmm", () => prepareSpmm(device, matrix, batch), x);
}

/**
 * `spmm` for many calls with one matrix and batch. x [cols, batch] and y [rows, batch] may be buffers.
 * They come from `device.createBuffer`, or from `wrap` for those of your own GPUDevice, and are used where they are.
 * The batch must then be a multiple of 4, and `run` overwrites y. Throws as `spmm` does, and when a buffer is too small.
 */
export function prepareSpmm(
  device: Device,
  matrix: SparseMatrix,
  batch: number,
  given: { x?: DeviceBuffer; y?: DeviceBuffer } = {},
): Promise<Prepared<[x: Float32Array]>> {
  return prepare(device, "spmm", batch, (make, operand) => {
    checkKeys(given, { x: true, y: true }, "spmm: buffer");
    const { topology, values } = toCsr(matrix, "spmm");
    const { rows, cols } = topology;
    const x = operand("x", cols, given.x);
    const y = operand("y", rows, given.y);
    const quads = strideOf(batch) / 4;
    const cut = cutFor(device, topology.rowPtr);
    const product = spmmKernel.on({
      params: { ...PLAIN, rows, quads, zScale: 1, neurons: rows, partialAt: 0 },
      buffers: {
        rowPtr: make("rowPtr", "u32", cut.starts),
        colIdx: make("colIdx", "u32", topology.colIdx),
        values: make("values", "f32", values),
        x,
        y,
        z: cut.segments > 0 ? make("partial sums", "f32", cut.segments * 4 * quads) : null,
        cursor: null,
        bias: null,
        parameters: null,
      },
      constants: { ...defaultVariants("spmm", shapeOf(device, topology, quads)), BIAS: 0 },
    });
    return { dispatches: joined(product, rows, cut), inputs: [[x, cols]], output: y, unpack: (data) => unpad(data, rows, batch) };
  });
}

/** SpMMT: dx = W' dy. dy is row-major [rows, batch], the result [cols, batch], for any batch. Throws as `spmm` does. */
export async function spmmT(device: Device, matrix: SparseMatrix, dy: Float32Array, batch: number): Promise<Float32Array> {
  return once("spmmT", () => prepareSpmmT(device, matrix, batch), dy);
}

/**
 * `spmmT` for many calls with one matrix and batch. dy [rows, batch] and dx [cols, batch] may be buffers as in `prepareSpmm`.
 */
export function prepareSpmmT(
  device: Device,
  matrix: SparseMatrix,
  batch: number,
  given: { dy?: DeviceBuffer; dx?: DeviceBuffer } = {},
): Promise<Prepared<[dy: Float32Array]>> {
  return prepare(device, "spmmT", batch, (make, operand) => {
    checkKeys(given, { dy: true, dx: true }, "spmmT: buffer");
    const { topology, values } = toCsr(matrix, "spmmT");
    const { colPtr, rowIdx, perm } = toCsc(topology);
    const { rows, cols } = topology;
    const dy = operand("dy", rows, given.dy);
    const dx = operand("dx", cols, given.dx);
    const quads = strideOf(batch) / 4;
    const cut = cutFor(device, colPtr);
    const product = spmmTKernel.on({
      params: { ...PLAIN, cols, quads },
      buffers: {
        colPtr: make("colPtr", "u32", cut.starts),
        rowIdx: make("rowIdx", "u32", rowIdx),
        perm: make("perm", "u32", perm),
        values: make("values", "f32", values),
        dy,
        dx,
        partial: cut.segments > 0 ? make("partial sums", "f32", cut.segments * 4 * quads) : null,
        cursor: null,
        saved: null,
      },
      constants: defaultVariants("spmm-t", shapeOf(device, topology, quads)),
    });
    const unpack = (data: TypedData) => unpad(data, cols, batch);
    return { dispatches: joined(product, cols, cut), inputs: [[dy, rows]], output: dx, unpack };
  });
}

/**
 * SDDMM: dW = (dy x') at the entries of W, whose values are not used. dy is row-major [rows, batch], x [cols, batch], for any batch.
 * The result has one value per entry, in the order of the matrix that was given (of COO its list). Throws as `spmm` does.
 */
export async function sddmm(
  device: Device,
  matrix: SparseMatrix,
  dy: Float32Array,
  x: Float32Array,
  batch: number,
): Promise<Float32Array> {
  return once("sddmm", () => prepareSddmm(device, matrix, batch), dy, x);
}

/**
 * `sddmm` for many calls with one matrix and batch. dy [rows, batch], x [cols, batch] and dw [nnz] may be buffers as in `prepareSpmm`.
 * A result in a buffer is in the order of CSR, so a COO matrix is refused with it.
 */
export function prepareSddmm(
  device: Device,
  matrix: SparseMatrix,
  batch: number,
  given: { dy?: DeviceBuffer; x?: DeviceBuffer; dw?: DeviceBuffer } = {},
): Promise<Prepared<[dy: Float32Array, x: Float32Array]>> {
  return prepare(device, "sddmm", batch, (make, operand) => {
    checkKeys(given, { dy: true, x: true, dw: true }, "sddmm: buffer");
    const { topology, order } = toCsr(matrix, "sddmm");
    check(!(order && given.dw !== undefined), "sddmm", () => {
      return "a result in a buffer keeps the order of CSR; pass the matrix as CSR";
    });
    const { rows, cols, nnz } = topology;
    const dy = operand("dy", rows, given.dy);
    const x = operand("x", cols, given.x);
    const dw = given.dw !== undefined ? checkBuffer("sddmm", "dw", given.dw, nnz) : make("dw", "f32", nnz);
    const quads = strideOf(batch) / 4;
    const cut = cutFor(device, topology.rowPtr);
    const product = sddmmKernel.on({
      params: { rows, rowStart: 0, quads, neurons: rows, hyper0: 0, hyper1: 0, hyper2: 0, decay: 0, ...UNCUT },
      buffers: {
        rowPtr: make("rowPtr", "u32", cut.starts),
        colIdx: make("colIdx", "u32", topology.colIdx),
        m: dw,
        delta: dy,
        x,
        rates: null,
        w: null,
        v: null,
        bias: null,
      },
      constants: { ...defaultVariants("sddmm", shapeOf(device, topology, quads)), BIAS: 0 },
      pieces: { optimiser: gradient },
    });
    const [first, second] = [[dy, rows] as const, [x, cols] as const];
    const unpack = (data: TypedData) => inOrder(data.subarray(0, nnz), order);
    return { dispatches: [inSegments(product, rows, cut)], inputs: [first, second], output: dw, unpack };
  });
}

function shapeOf({ info }: Device, { rows, cols, nnz }: Topology, quads: number): ProductShape {
  return { rows, cols, nnz, quads, software: info.software };
}

/** A valid CSR of the matrix, and for COO where in its list each slot stands. */
function toCsr(matrix: SparseMatrix, where: string): { topology: Topology; values: Float32Array; order: Uint32Array | null } {
  checkObject(matrix, `${where}: matrix`, "matrix, CSR or COO");
  const { rows, cols, colIdx, values } = matrix;
  checkTyped(colIdx, Uint32Array, `${where}: colIdx`);
  checkTyped(values, Float32Array, `${where}: values`);
  const entries = colIdx.length;
  check(values.length === entries, where, () => `the matrix has ${values.length} values but ${entries} column indices`);
  if ("rowIdx" in matrix) {
    const { topology, order } = fromCoo(matrix);
    return { topology, values: Float32Array.from(order, (i) => values[i]), order };
  }
  const topology = { rows, cols, nnz: entries, rowPtr: matrix.rowPtr, colIdx };
  validateTopology(topology, `${where}: matrix`);
  return { topology, values, order: null };
}

/** The values of slots in the order of the list they came from. */
function inOrder(values: TypedData, order: Uint32Array | null): Float32Array {
  const result = Float32Array.from(values);
  order?.forEach((i, k) => {
    result[i] = values[k];
  });
  return result;
}
