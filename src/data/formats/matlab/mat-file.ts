import { CoppiceError, check } from "../../../util/check.js";
import { minimum } from "../../../util/extremes.js";
import type { FloatArray } from "../../../util/types.js";
import { inflate, MAX_INFLATED } from "../gunzip.js";
import { latin } from "../table/cells.js";
import { type Element, type MatSource, MI_COMPRESSED, MI_MATRIX, NUMERIC, openSource, readElement } from "./mat-element.js";

/** What a matrix says of itself: its values start at byte `dataAt` of its source, `size` bytes from the first to the last subelement. */
interface Header {
  readonly name: string;
  /** MATLAB's name of its class: "double", "cell". */
  readonly kind: string;
  /** Whether that is one of numbers, none sparse. */
  readonly numeric: boolean;
  readonly complex: boolean;
  readonly dims: readonly number[];
  readonly size: number;
  readonly dataAt: number;
}

// Array classes (mx...) in the flags of a matrix; 6 to 15 are the numeric ones.
const CLASSES = ["", "cell", "struct", "object", "char", "sparse", "double", "single", "int8", "uint8", "int16", "uint16"];
const MORE_CLASSES = ["int32", "uint32", "int64", "uint64", "function", "opaque"];
const CLASS_NAMES = [...CLASSES, ...MORE_CLASSES];
const [SPARSE, FUNCTION, OPAQUE] = [5, 16, 17];
const COMPLEX_FLAG = 0x800;
const HEADER_BYTES = 128;
const MAX_NAME = 255; // MATLAB's own limit is 63
const MAX_DIMS = 32;
const MAX_VARIABLES = 10_000; // each costs a stream when compressed
const PREFIX_BYTES = 65_536; // one chunk of inflated data: more than any matrix header

/** A matrix of the file, header read, data not. */
export interface Variable extends Header {
  /** The element in the file: a matrix, or compressed. */
  readonly element: Element;
  readonly source: MatSource;
}

/** Whether `bytes` look like a MATLAB file of Level 5, or of version 7.3 (HDF5 behind a header), which `readMat` refuses with a remedy. */
export function isMat(bytes: Uint8Array): boolean {
  if (isHdf5(bytes, 512) || ["MATLAB 5.0", "MATLAB 7.3"].includes(text(bytes, 0, 10))) return true;
  // the text at the start is free but for its first byte; a version with a zero byte before the byte order is no text file's
  return bytes[0] !== 0 && ["IM", "MI"].includes(text(bytes, 126, 128)) && (bytes[124] === 0 || bytes[125] === 0);
}

function openFile(bytes: Uint8Array, where: string): MatSource {
  check(!isHdf5(bytes, 0) && !isHdf5(bytes, 512) && text(bytes, 0, 10) !== "MATLAB 7.3", where, () => {
    return "a MATLAB 7.3 (HDF5) file; Level 5 files are read: save it again with -v7";
  });
  check(bytes.length >= HEADER_BYTES, where, () => {
    return `truncated: ${bytes.length} bytes, the header of a MATLAB file has ${HEADER_BYTES}`;
  });
  const order = text(bytes, 126, 128);
  check(order === "IM" || order === "MI", where, () => {
    return `not a MATLAB Level 5 file: bytes 126 and 127 hold ${bytes[126]}, ${bytes[127]}, expected the byte order "IM" or "MI"`;
  });
  const source = openSource(bytes, order === "IM", where);
  const version = source.view.getUint16(124, source.little);
  check(version === 0x0100, where, () => {
    const swapped = version === 1 ? " (its byte order mark and its version disagree: wrong byte order)" : "";
    return `bytes 124 and 125 give version 0x${version.toString(16).padStart(4, "0")}, expected 0x0100, MATLAB Level 5${swapped}`;
  });
  return source;
}

/** Reads the headers of all matrices of a file; `maxBytes` is the most that one of them may inflate to. */
export async function listVariables(bytes: Uint8Array, where: string, maxBytes?: number): Promise<Variable[]> {
  const file = openFile(bytes, where);
  const variables: Variable[] = [];
  for (let at = HEADER_BYTES; at < file.bytes.length; ) {
    const element = readElement(file, at, file.bytes.length, `element ${variables.length + 1}`);
    check(element.type === MI_MATRIX || element.type === MI_COMPRESSED, file.where, () => {
      return `element ${variables.length + 1} at byte ${at} has type ${element.type}, expected a matrix (14) or compressed (15); wrong byte order, or a damaged file`;
    });
    check(variables.length < MAX_VARIABLES, file.where, () => `more than ${MAX_VARIABLES} variables`);
    const matrix = element.type === MI_MATRIX ? element : undefined;
    const source = matrix ? file : await inflateElement(file, element, { maxBytes, atMost: PREFIX_BYTES });
    variables.push({ ...readHeader(source, matrix ?? matrixTag(source)), element, source: file });
    at = element.next;
  }
  return variables;
}

async function inflateElement(
  file: MatSource,
  element: Element,
  limits: { maxBytes?: number; atMost?: number },
): Promise<MatSource> {
  const where = `${file.where}, inflated from byte ${element.start}`;
  const packed = file.bytes.subarray(element.start, element.start + element.size);
  return openSource(await inflate(packed, "deflate", where, limits), file.little, where);
}

function matrixTag(source: MatSource): Element {
  const tag = readElement(source, 0, source.bytes.length, "a matrix", false);
  check(tag.type === MI_MATRIX, source.where, () => `it holds an element of type ${tag.type}, expected a matrix (14)`);
  return tag;
}

function readHeader(source: MatSource, matrix: Element): Header {
  const { view, little, where } = source;
  const end = Math.min(matrix.start + matrix.size, source.bytes.length);
  const flags = readElement(source, matrix.start, end, "array flags");
  check(flags.type === 6 && flags.size === 8, where, () => {
    return `array flags at byte ${matrix.start} have type ${flags.type} and ${flags.size} bytes, expected type 6 and 8 bytes`;
  });
  const word = view.getUint32(flags.start, little);
  const arrayClass = word & 0xff;
  const complex = (word & COMPLEX_FLAG) !== 0;
  // MATLAB's own objects have no dimensions here; they can be told by name and skipped
  const dimensions = arrayClass === OPAQUE ? undefined : readElement(source, flags.next, end, "dimensions");
  const nameAt = dimensions?.next ?? flags.next;
  const element = readElement(source, nameAt, end, "the name");
  check(element.type === 1 && element.size <= MAX_NAME, where, () => {
    return `the name at byte ${nameAt} has type ${element.type} and ${element.size} bytes, expected type 1 and at most ${MAX_NAME}`;
  });
  const name = text(source.bytes, element.start, element.start + element.size);
  const dims = dimensions ? readDims(source, dimensions, name) : [];
  const elements = dims.reduce((product, size) => product * size, 1);
  const numeric = arrayClass > SPARSE && arrayClass < FUNCTION;
  check(!numeric || elements <= matrix.size, where, () => {
    return `variable ${name} claims ${dims.join(" x ")} = ${elements} elements in ${matrix.size} bytes (dimensions at byte ${flags.next})`;
  });
  const kind = CLASS_NAMES[arrayClass] ?? `class ${arrayClass}`;
  return { name, kind, numeric, complex, dims, size: matrix.size, dataAt: element.next };
}

function readDims({ view, little, where }: MatSource, { type, size, start }: Element, name: string): number[] {
  check(type === 5 && size >= 8 && size <= 4 * MAX_DIMS && size % 4 === 0, where, () => {
    return `the dimensions of variable ${name} at byte ${start} have type ${type} and ${size} bytes, expected type 5 and 4 bytes for each of 2 to ${MAX_DIMS}`;
  });
  const dims = Array.from({ length: size / 4 }, (_, i) => view.getInt32(start + 4 * i, little));
  check(minimum(dims) >= 0, where, () => `the dimensions of variable ${name} at byte ${start} are ${dims.join(" x ")}`);
  return dims;
}

/**
 * The values of a two-dimensional variable, from column-major as stored to row-major. Labels are read as f64, so that no two
 * of them merge; features too, unless f32 holds every value of what is stored.
 */
export async function readValues(variable: Variable, use: "labels" | "features", maxBytes = MAX_INFLATED): Promise<FloatArray> {
  const { element, dims, name, dataAt } = variable;
  const [rows, columns] = dims;
  const packed = element.type === MI_COMPRESSED;
  // what is packed must fit what its tag claims: 8 bytes of tag, the matrix, padding
  const limits = { maxBytes: Math.min(maxBytes, variable.size + 16) };
  const source = packed ? await inflateElement(variable.source, element, limits) : variable.source;
  const matrix = packed ? readElement(source, 0, source.bytes.length, `variable ${name}`) : element;
  const data = readElement(source, dataAt, matrix.start + matrix.size, `the values of ${name}`);
  const numeric = NUMERIC[data.type];
  if (!numeric)
    throw new CoppiceError(`${source.where}: the values of ${name} at byte ${dataAt} have type ${data.type}, no numeric type`);
  const expected = rows * columns * numeric.bytes;
  check(data.size === expected, source.where, () => {
    return `the values of ${name} at byte ${dataAt} are ${data.size} bytes; ${rows} x ${columns} of ${numeric.bytes} bytes each are ${expected}`;
  });
  const wide = use === "labels" || !numeric.narrow;
  const values = wide ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  let at = data.start;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++, at += numeric.bytes) values[i * columns + j] = numeric.get(source.view, at, source.little);
  }
  return values;
}

function isHdf5(bytes: Uint8Array, at: number): boolean {
  return text(bytes, at, at + 8) === "\x89HDF\r\n\x1a\n";
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return latin(bytes, from, Math.min(to, bytes.length));
}
