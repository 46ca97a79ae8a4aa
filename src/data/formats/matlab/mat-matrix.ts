import { CoppiceError, check } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import type { NumberType } from "../number-types.js";
import { latin } from "../table/cells.js";
import { checkTriplets, linesOf, type Triplets } from "../triplets.js";
import { isNumeric, type MatArray, unpadded } from "./mat-array.js";
import { type Element, type MatSource, MI_MATRIX, NUMERIC, readElement } from "./mat-element.js";
import { type Header, readHeader } from "./mat-header.js";

const [MI_INT8, MI_UINT8, MI_UINT16, MI_UTF8, MI_UTF16] = [1, 2, 4, 16, 17];

/** Reads the content of a matrix of two dimensions, which ends at byte `end`: numbers, texts, or a sparse matrix. Throws on other classes. */
export function readMatrix(source: MatSource, header: Header, end: number, wide: boolean): MatArray {
  const { kind } = header;
  if (kind === "sparse") return { kind, data: readSparse(source, header, end, wide) };
  if (kind === "char") return { kind: "texts", data: readChars(source, header, end) };
  if (kind === "cell") return { kind: "texts", data: readCells(source, header, end) };
  return { kind: "numbers", data: readNumbers(source, header, end, wide) };
}

/** The type and the place of numbers. Throws unless they are some. */
function numbersAt(source: MatSource, at: number, end: number, what: string): { type: NumberType; element: Element } {
  const element = readElement(source, at, end, what);
  const type = NUMERIC[element.type];
  check(type !== undefined, source.where, () => `${what} at byte ${at} have type ${element.type}, no numeric type`);
  return { type, element };
}

/** From column-major as stored to row-major. */
function readNumbers(source: MatSource, { name, dims, dataAt }: Header, end: number, widened: boolean): FloatArray {
  const [rows, columns] = dims;
  const { type, element } = numbersAt(source, dataAt, end, `the values of ${name}`);
  const expected = rows * columns * type.bytes;
  check(element.size === expected, source.where, () => {
    return `the values of ${name} at byte ${dataAt} are ${element.size} bytes; ${rows} x ${columns} of ${type.bytes} bytes each are ${expected}`;
  });
  const wide = widened || !type.narrow;
  const values = wide ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  let at = element.start;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++, at += type.bytes) values[i * columns + j] = type.get(source.view, at, source.little);
  }
  return values;
}

/** Row indices, column starts and values, in this order. Logical values say that they are doubles, and are bytes. */
function readSparse(source: MatSource, header: Header, end: number, widened: boolean): Triplets {
  const { name, dims, dataAt, logical } = header;
  const { view, little, where } = source;
  const [rows, columns] = dims;
  const rowsAt = numbersAt(source, dataAt, end, `the rows of ${name}`);
  const columnsAt = numbersAt(source, rowsAt.element.next, end, `the columns of ${name}`);
  const valuesAt = numbersAt(source, columnsAt.element.next, end, `the values of ${name}`);
  const room = rowsAt.element.size / rowsAt.type.bytes; // there may be more than values
  const bytes = logical && valuesAt.element.size === room;
  const stored = bytes ? { type: NUMERIC[MI_UINT8], element: valuesAt.element } : valuesAt;
  check(columnsAt.element.size === columnsAt.type.bytes * (columns + 1), where, () => {
    return `variable ${name}, ${rows} x ${columns} sparse, has ${columnsAt.element.size} bytes of column starts, expected ${columnsAt.type.bytes} for each of ${columns + 1}`;
  });
  const take = <A extends FloatArray | Uint32Array>({ type, element }: typeof rowsAt, out: A): A => {
    for (let k = 0; k < out.length; k++) out[k] = type.get(view, element.start + k * type.bytes, little);
    return out;
  };
  const starts = take(columnsAt, new Uint32Array(columns + 1));
  const nnz = starts[columns];
  check(nnz <= room && stored.type.bytes * nnz <= stored.element.size, where, () => {
    return `variable ${name}, ${rows} x ${columns} sparse, claims ${nnz} values, but has ${rowsAt.element.size} bytes of rows and ${stored.element.size} of values`;
  });
  const colIdx = linesOf(starts, nnz, `${where}: variable ${name}`);
  const values = take(stored, widened || !stored.type.narrow ? new Float64Array(nnz) : new Float32Array(nnz));
  const triplets = { rows, columns, rowIdx: take(rowsAt, new Uint32Array(nnz)), colIdx, values };
  checkTriplets(triplets, `${where}: variable ${name}`);
  return triplets;
}

/** The text of each row of a char matrix, without the spaces that pad it. Its characters go column by column; of Octave's rows of UTF-8 the bytes do. */
function readChars(source: MatSource, { name, dims, dataAt }: Header, end: number): string[] {
  const { where, bytes, view, little } = source;
  const [rows, columns] = dims;
  const { type, start, size } = readElement(source, dataAt, end, `the text of ${name}`);
  const wide = type === MI_UINT16 || type === MI_UTF16;
  check(wide || [MI_INT8, MI_UINT8, MI_UTF8].includes(type), where, () => {
    return `the text of ${name} at byte ${dataAt} has type ${type}, which is none of text`;
  });
  const content = bytes.subarray(start, start + size);
  const utf8 = (some: Uint8Array) => decode(some, `${where}: the text of ${name}`);
  const octave = type === MI_UTF8 && size === rows * columns;
  const units = wide
    ? Array.from({ length: size >> 1 }, (_, k) => String.fromCharCode(view.getUint16(start + 2 * k, little)))
    : [...(type === MI_UTF8 && !octave ? utf8(content) : latin(content, 0, size))];
  check(dims.slice(2).every((size) => size === 1) && units.length === rows * columns, where, () => {
    return `the text of ${name} at byte ${dataAt} has ${units.length} characters, expected ${dims.join(" x ")}`;
  });
  const row = (i: number) => Array.from({ length: columns }, (_, j) => units[j * rows + i]).join("");
  const text = (i: number) => (octave ? utf8(Uint8Array.from(row(i), (unit) => unit.charCodeAt(0))) : row(i));
  return Array.from({ length: rows }, (_, i) => unpadded(text(i)));
}

function decode(bytes: Uint8Array, where: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new CoppiceError(`${where} is no UTF-8; save it as a cell of texts`);
  }
}

/** The text, or the number as text, of each cell. Throws where one holds anything else. */
function readCells(source: MatSource, { name, dims, dataAt }: Header, end: number): string[] {
  const count = dims.reduce((product, size) => product * size, 1);
  const texts: string[] = [];
  for (let at = dataAt; texts.length < count; ) {
    const cell = `cell ${texts.length + 1} of ${name}`;
    const element = readElement(source, at, end, cell);
    check(element.type === MI_MATRIX, source.where, () => {
      return `${cell} at byte ${at} has type ${element.type}, expected a matrix (14)`;
    });
    texts.push(element.size === 0 ? "" : cellText(source, element, cell));
    at = element.next;
  }
  return texts;
}

function cellText(source: MatSource, element: Element, cell: string): string {
  const inner = { ...readHeader(source, element), name: cell };
  const size = inner.dims.reduce((product, length) => product * length, 1);
  const one = inner.kind === "char" ? inner.dims[0] === 1 || size === 0 : size === 1;
  const plain = one && (inner.kind === "char" || isNumeric(inner.kind)) && !inner.complex;
  check(plain, source.where, () => `${cell} is a ${inner.dims.join(" x ")} ${inner.kind} matrix; expected a text or a number`);
  const found = readMatrix(source, inner, element.start + element.size, true);
  return found.kind === "sparse" ? "" : String(found.data[0] ?? "");
}
