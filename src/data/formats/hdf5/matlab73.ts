import { check } from "../../../util/check.js";
import { transpose } from "../../../util/transpose.js";
import { list } from "../../names.js";
import { type MatArray, unpadded, type Variable } from "../matlab/mat-array.js";
import { partsOfVariables } from "../matlab/matlab.js";
import { checkTriplets, linesOf } from "../triplets.js";
import { checkBytes, countOf, isNumbers, kindHere, readFloats, readIndices, readTexts } from "./elements.js";
import type { Extent, Hdf5File } from "./hdf5-file.js";
import type { Layout } from "./layout.js";
import { attributeText } from "./matrix.js";

const classOf = (file: Hdf5File, path: string): string => attributeText(file, path, "MATLAB_class");

/** A variable of MATLAB 7.3: a dataset, whose sides are in reverse order; a group, which is a sparse matrix or a struct. */
function variableAt(file: Hdf5File, path: string, name: string): Variable {
  const own = { name, complex: false, fields: async () => [] };
  if (file.kindOf(path) === "group") {
    const rows = file.attribute(path, "MATLAB_sparse")?.[0];
    if (rows === undefined)
      return { ...own, kind: "struct", dims: [1, 1], read: refuse(file, name), fields: async () => fieldsOf(file, path, name) };
    const columns = countOf(file.extent(`${path}/jc`)) - 1;
    return {
      ...own,
      kind: "sparse",
      dims: [Number(rows), columns],
      read: async (wide) => readSparse(file, path, Number(rows), columns, wide),
    };
  }
  const extent = file.extent(path);
  const kind = classOf(file, path);
  const empty = file.attribute(path, "MATLAB_empty")?.[0];
  const dims = empty && isNumbers(extent) ? Array.from(readFloats(file, extent, true)) : extent.shape.toReversed();
  const of = (kind: string, read: (wide: boolean) => MatArray): Variable => ({
    ...own,
    kind,
    dims,
    read: async (wide) => read(wide),
  });
  if (kind === "char") return of(kind, () => ({ kind: "texts", data: readChars(file, extent, name) }));
  if (kind === "cell") return of(kind, () => ({ kind: "texts", data: readCells(file, extent, name) }));
  const numeric = kind === "logical" ? "uint8" : kind;
  const numbers = of(numeric, (wide) => ({ kind: "numbers", data: columnMajor(file, extent, wide) }));
  return { ...numbers, complex: extent.type.startsWith("records") };
}

const refuse = (file: Hdf5File, name: string) => async (): Promise<never> => {
  check(false, file.where, () => `variable ${name} is a struct; name a field of it`);
};

function fieldsOf(file: Hdf5File, path: string, name: string): Variable[] {
  return file.names(path).map((field) => variableAt(file, `${path}/${field}`, `${name}.${field}`));
}

function columnMajor(file: Hdf5File, extent: Extent, wide: boolean) {
  const [columns, rows] = extent.shape;
  return transpose(readFloats(file, extent, wide), columns, rows);
}

function readSparse(file: Hdf5File, path: string, rows: number, columns: number, wide: boolean): MatArray {
  const where = `${file.where}: ${path}`;
  const fits = Number.isInteger(rows) && rows >= 0 && rows < 2 ** 32 && columns >= 0;
  check(fits, where, () => `is a sparse matrix of ${rows} x ${columns}`);
  const starts = readIndices(file, `${path}/jc`, columns + 1);
  const nnz = starts[columns];
  const held = file.kindOf(`${path}/data`) === "dataset" && file.kindOf(`${path}/ir`) === "dataset"; // not where it has no values
  check(held || nnz === 0, where, () => `claims ${nnz} values, but has none`);
  checkBytes(16 * nnz, () => `${path} has ${nnz} values, which take`, file);
  const values = held ? readFloats(file, file.extent(`${path}/data`), wide) : new Float32Array(0);
  const rowIdx = held ? readIndices(file, `${path}/ir`, nnz) : new Uint32Array(0);
  check(values.length === nnz && rowIdx.length === nnz, where, () => {
    return `claims ${nnz} values, but has ${values.length}, and ${rowIdx.length} rows`;
  });
  const triplets = { rows, columns, rowIdx, colIdx: linesOf(starts, nnz, where), values };
  checkTriplets(triplets, where);
  return { kind: "sparse", data: triplets };
}

/** The text of each row of a char matrix, without the spaces that pad it: its units are numbers, column by column. */
function readChars(file: Hdf5File, extent: Extent, name: string): string[] {
  const [columns, rows = 1] = extent.shape;
  check(extent.shape.length <= 2 && isNumbers(extent), file.where, () => {
    return `the text of ${name} is ${extent.shape.join(" x ")} of ${extent.type}`;
  });
  const units = readFloats(file, extent);
  const row = (i: number) => Array.from({ length: columns }, (_, j) => String.fromCharCode(units[j * rows + i])).join("");
  return Array.from({ length: rows }, (_, i) => unpadded(row(i)));
}

/** The text, or the number as text, of each cell, to which references lead. */
function readCells(file: Hdf5File, extent: Extent, name: string): string[] {
  check(extent.type === "reference", file.where, () => `the cells of ${name} are ${extent.type}, expected references`);
  return readTexts(file, extent.path).map((path, k) => {
    const cell = `cell ${k + 1} of ${name}`;
    const target = file.extent(path);
    if (file.attribute(path, "MATLAB_empty")?.[0]) return "";
    const kind = classOf(file, path);
    const size = countOf(target);
    const text = kind === "char" && target.shape.slice(1).every((side) => side === 1);
    check(text || (size === 1 && isNumbers(target)), file.where, () => {
      return `${cell} is a ${target.shape.toReversed().join(" x ")} ${kind || target.type} matrix; expected a text or a number`;
    });
    return text ? (readChars(file, target, cell)[0] ?? "") : String(readFloats(file, target, true)[0]);
  });
}

/** MATLAB's files of version 7.3. Names with # hold what cells refer to. */
export const matlab73: Layout = {
  name: "MATLAB 7.3",
  options: ["x", "y", "group", "sampleWeight", "orientation"],
  claims: (file) =>
    file.names("/").some((name) => {
      const path = `/${name}`;
      return kindHere(file, path) && (classOf(file, path) !== "" || file.attribute(path, "MATLAB_sparse"));
    }),
  read: (file, options) => partsOfVariables(variablesIn(file), file.where, options),
};

function variablesIn(file: Hdf5File): Variable[] {
  const names = file.names("/").filter((name) => !name.startsWith("#"));
  check(names.length <= 1000, file.where, () => `it has ${names.length} variables: ${list(names)}`);
  return names.map((name) => variableAt(file, `/${name}`, name));
}
