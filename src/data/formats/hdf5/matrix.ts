import { check } from "../../../util/check.js";
import { transpose } from "../../../util/transpose.js";
import type { SampleMatrix } from "../../sample-matrix.js";
import type { ArrayOf } from "../arrays.js";
import { keepRows } from "../sparse-rows.js";
import { checkStarts, checkTriplets, linesOf, samplesOfTriplets } from "../triplets.js";
import { checkBytes, countOf, readFloats, readIndices, widthOf } from "./elements.js";
import type { Hdf5File } from "./hdf5-file.js";

/** The first element of an attribute, as text; "" where there is none. */
export function attributeText(file: Hdf5File, path: string, name: string): string {
  return String(file.attribute(path, name)?.[0] ?? "");
}

/**
 * A matrix: a dataset [rows, columns], or a group of `data`, `indices`, `indptr`, as scipy has them: CSR, or CSC where it says so. Its rows are
 * samples, or its columns where `across`. What is sparse stays so, see `keepRows`. Sizes are checked before values are read.
 */
export function readSamples(file: Hdf5File, path: string, across: boolean, notes: string[]): ArrayOf<SampleMatrix> {
  if (file.kindOf(path) !== "group") {
    const extent = file.extent(path);
    check(extent.shape.length === 2, file.where, () => {
      return `${path} is ${extent.shape.join(" x ")} of ${extent.type}, expected a matrix`;
    });
    const [rows, columns] = extent.shape;
    const data = readFloats(file, extent);
    return across ? { shape: [columns, rows], data: transpose(data, rows, columns) } : { shape: [rows, columns], data };
  }
  const form = attributeText(file, path, "encoding-type") || `${attributeText(file, path, "h5sparse_format")}_matrix`;
  check(form === "csr_matrix" || form === "csc_matrix", file.where, () => {
    return `${path} is a group of ${form === "_matrix" ? "no form that is known" : `form ${form.slice(0, 40)}`}, expected a dataset, csr_matrix or csc_matrix`;
  });
  const sides = file.attribute(path, "shape") ?? file.attribute(path, "h5sparse_shape");
  return readSparse(file, { path, sides: Array.from(sides ?? [], Number), csc: form === "csc_matrix", across, notes });
}

/** A sparse matrix in a group. */
export interface SparseGroup {
  readonly path: string;
  /** Rows and columns as they are claimed. */
  readonly sides: readonly number[];
  /** Whether `indptr` is of columns. */
  readonly csc: boolean;
  /** Whether samples are the columns. */
  readonly across: boolean;
  readonly notes: string[];
}

/** The samples of a sparse matrix. Throws, naming what does not fit, where it is none. */
export function readSparse(file: Hdf5File, group: SparseGroup): ArrayOf<SampleMatrix> {
  const { path, sides, csc, across, notes } = group;
  const { where, maxBytes } = file;
  const [rows, columns] = sides;
  const plain = sides.length === 2 && sides.every((side) => Number.isInteger(side) && side >= 0 && side < 2 ** 32);
  check(plain, where, () => `${path} says that its shape is (${sides.slice(0, 8).join(", ")}), expected rows and columns`);
  const extent = file.extent(`${path}/data`);
  const nnz = countOf(extent);
  const lines = csc ? columns : rows;
  const [others, samples] = [csc ? rows : columns, across ? columns : rows];
  const bytes = (4 + widthOf(extent)) * nnz + 4 * (samples + lines + 2);
  checkBytes(bytes, () => `${path} has ${rows} x ${columns} cells with ${nnz} values, which take`, file);
  const starts = readIndices(file, `${path}/indptr`, lines + 1);
  const indices = readIndices(file, `${path}/indices`, nnz);
  check(starts.length === lines + 1 && indices.length === nnz, where, () => {
    return `${path} has ${nnz} values, ${indices.length} indices and ${starts.length} starts, expected as many indices and ${lines + 1} starts for ${rows} x ${columns}`;
  });
  const values = readFloats(file, extent);
  if (csc === across) {
    checkStarts(starts, nnz, `${where}: ${path}/indptr`);
    const outside = indices.findIndex((index) => index >= others);
    check(outside < 0, where, () => `${path}/indices: element ${outside} is ${indices[outside]}, but there are ${others}`);
    return {
      shape: [lines, others],
      data: keepRows([{ rows: lines, rowPtr: starts, colIdx: indices, values }], others, where, maxBytes, notes),
    };
  }
  const lineOf = linesOf(starts, nnz, `${where}: ${path}/indptr`);
  const triplets = { rows, columns, rowIdx: csc ? indices : lineOf, colIdx: csc ? lineOf : indices, values };
  checkTriplets(triplets, `${where}: ${path}`);
  return samplesOfTriplets(triplets, across, where, maxBytes, notes);
}
