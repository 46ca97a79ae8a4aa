import { CoppiceError, check, nearestName } from "../../../util/check.js";
import { minimum } from "../../../util/extremes.js";
import { zerosLike } from "../../../util/floats.js";
import type { FloatArray } from "../../../util/types.js";
import type { Dataset } from "../../dataset.js";
import { makeDataset } from "../../make-dataset.js";
import type { MissingPolicy } from "../../missing.js";
import type { Format } from "../format.js";
import { inflate, MAX_INFLATED } from "../gunzip.js";
import { classesOfOneHot } from "../one-hot.js";
import { type Part, testName } from "../parts.js";
import { latin } from "../table/cells.js";
import { type Block, type Element, MI_COMPRESSED, MI_MATRIX, makeBlock, NARROW, NUMERIC, readElement } from "./mat-element.js";

/** What a matrix says of itself: its values start at byte `dataAt` of its block, `size` bytes from the first to the last subelement. */
interface Header {
  name: string;
  arrayClass: number;
  complex: boolean;
  dims: number[];
  size: number;
  dataAt: number;
}

/** Names of the variables with the samples and the labels (default "X" and "Y"), and the classes to map labels onto. */
export interface MatOptions {
  name?: string;
  x?: string;
  y?: string;
  /** "test": where these variables are a training set's (Xtrain), those of the test set beside them (Xtest). */
  part?: Part;
  classes?: readonly string[];
  /** null, or `ignoreLabels`: labels are neither looked for nor read. */
  label?: unknown;
  ignoreLabels?: boolean;
  /** Whether samples are the rows of x (default, unless labels fit its columns alone) or its columns. */
  orientation?: "auto" | "rows" | "columns";
  /** The variable with a number for each sample's group. */
  group?: string | number;
  missing?: MissingPolicy;
  maxBytes?: number;
}

// Array classes (mx...) in the flags of a matrix; 6 to 15 are the numeric ones.
const CLASSES = ["", "cell", "struct", "object", "char", "sparse", "double", "single", "int8", "uint8", "int16", "uint16"];
const MORE_CLASSES = ["int32", "uint32", "int64", "uint64", "function", "opaque"];
const CLASS_NAMES = [...CLASSES, ...MORE_CLASSES];
const SPARSE = 5;
const OPAQUE = 17;
const COMPLEX_FLAG = 0x800;
const HEADER_BYTES = 128;
const MAX_NAME = 255; // MATLAB's own limit is 63
const MAX_DIMS = 32;
const MAX_VARIABLES = 10_000; // each costs a stream when compressed
const PREFIX_BYTES = 65_536; // one chunk of inflated data: more than any matrix header

/** A matrix of the file, header read, data not. */
interface Variable extends Header {
  /** The element in the file: a matrix, or compressed. */
  element: Element;
  block: Block;
}

/** Whether `bytes` look like a MATLAB file of Level 5, or of version 7.3 (HDF5 behind a header), which `readMat` refuses with a remedy. */
function isMat(bytes: Uint8Array): boolean {
  if (isHdf5(bytes, 512) || ["MATLAB 5.0", "MATLAB 7.3"].includes(text(bytes, 0, 10))) return true;
  // the text at the start is free but for its first byte; a version with a zero byte before the byte order is no text file's
  return bytes[0] !== 0 && ["IM", "MI"].includes(text(bytes, 126, 128)) && (bytes[124] === 0 || bytes[125] === 0);
}

/**
 * Reads samples X [samples, features] and labels Y [samples], or one-hot [samples, classes], from a MATLAB Level 5 file: either byte order, compressed or
 * not, variables in any order and found by name (exactly, else regardless of case), every real numeric type widened from
 * what is stored. Other variables are skipped unread. 64-bit integers are rounded beyond 2^53.
 *
 * Throws, with the byte and the field, on anything else: HDF5 (version 7.3), a damaged or truncated file, elements or dimensions that
 * claim more than is there (before anything is allocated for them), cells, structs, sparse, complex and text matrices.
 */
export async function readMat(bytes: Uint8Array, where: string, options: MatOptions = {}): Promise<Dataset<FloatArray>> {
  const variables = await listVariables(openFile(bytes, where), options.maxBytes);
  const notes: string[] = [];
  const find = (asked: string, option: string) => {
    const found = findVariable(variables, asked, option, where);
    const all = variables.map((variable) => variable.name);
    const other = options.part === "test" ? testName(found.name, all) : undefined;
    if (other === undefined) return { variable: found, ofTest: false };
    notes.push(`variable ${other} is taken, the test set's, and not ${found.name}`);
    return { variable: findVariable(variables, other, option, where), ofTest: true };
  };
  const { variable: xVariable, ofTest } = find(options.x ?? "X", "x");
  const [rows, columns] = xVariable.dims;
  check(xVariable.dims.length === 2 && rows > 0 && columns > 0, where, () => {
    return `variable ${xVariable.name} is ${xVariable.dims.join(" x ")}; expected samples x features, at least 1 x 1`;
  });
  const { name = where, orientation = "auto", maxBytes, missing, group, classes } = options;
  const unlabelled = options.label === null || options.ignoreLabels;
  const y = unlabelled ? undefined : find(options.y ?? "Y", "y");
  const yVariable = y?.variable;
  check(y === undefined || y.ofTest === ofTest, where, () => {
    return `variables ${xVariable.name} and ${yVariable?.name} belong to different sets, training and test; name both with options x and y`;
  });
  const across =
    orientation === "columns" || (orientation === "auto" && yVariable !== undefined && fitsOnly(yVariable, columns, rows));
  const [samples, features] = across ? [columns, rows] : [rows, columns];
  const vector = async (variable: Variable, what: string) => {
    const [m, n] = variable.dims;
    const fits = variable.dims.length === 2 && Math.min(m, n) === 1 && m * n === samples;
    check(fits, where, () => {
      const hint = m * n === features ? `; is ${xVariable.name} transposed?` : "";
      return `variable ${variable.name} is ${variable.dims.join(" x ")}; expected ${samples} x 1, a ${what} for each ${across ? "column" : "row"} of ${xVariable.name}${hint}`;
    });
    return readValues(variable, "labels", maxBytes);
  };
  const labelsOf = async (variable: Variable) => {
    const [m, n] = variable.dims;
    if (variable.dims.length !== 2 || Math.min(m, n) < 2 || (m !== samples && n !== samples)) return vector(variable, "label");
    const stored = await readValues(variable, "labels", maxBytes);
    const [oneHot, classes] = m === samples ? [stored, n] : [transpose(stored, m, n), m];
    return classesOfOneHot(oneHot, samples, classes, `${where}: variable ${variable.name}`, notes);
  };
  const labels = yVariable ? await labelsOf(yVariable) : null;
  const groups = group === undefined ? undefined : await vector(find(String(group), "group").variable, "group");
  const values = await readValues(xVariable, "features", maxBytes);
  if (across && orientation === "auto")
    notes.push(`samples are columns: ${xVariable.name} has ${columns}, as many as there are labels`);
  return makeDataset({
    name,
    x: across ? transpose(values, rows, columns) : values,
    labels,
    features,
    classes,
    groups: groups && Array.from(groups, String),
    missing,
    notes,
  });
}

/** Whether labels are as many as `count` says and not as `other` says: a vector, or one-hot, with a side of that length. */
function fitsOnly({ dims }: Variable, count: number, other: number): boolean {
  const size = dims.reduce((product, length) => product * length, 1);
  const lengths = minimum(dims) > 1 ? dims : [size];
  return lengths.includes(count) && !lengths.includes(other);
}

function transpose(x: FloatArray, rows: number, columns: number): FloatArray {
  const out = zerosLike(x, x.length);
  for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = x[i * columns + j];
  return out;
}

function openFile(bytes: Uint8Array, where: string): Block {
  check(!isHdf5(bytes, 0) && !isHdf5(bytes, 512) && text(bytes, 0, 10) !== "MATLAB 7.3", where, () => {
    return "a MATLAB 7.3 (HDF5) file; Level 5 files are read: save it again with -v7";
  });
  check(
    bytes.length >= HEADER_BYTES,
    where,
    () => `truncated: ${bytes.length} bytes, the header of a MATLAB file has ${HEADER_BYTES}`,
  );
  const order = text(bytes, 126, 128);
  check(order === "IM" || order === "MI", where, () => {
    return `not a MATLAB Level 5 file: bytes 126 and 127 hold ${bytes[126]}, ${bytes[127]}, expected the byte order "IM" or "MI"`;
  });
  const block = makeBlock(bytes, order === "IM", where);
  const version = block.view.getUint16(124, block.little);
  check(version === 0x0100, where, () => {
    const swapped = version === 1 ? " (its byte order mark and its version disagree: wrong byte order)" : "";
    return `bytes 124 and 125 give version 0x${version.toString(16).padStart(4, "0")}, expected 0x0100, MATLAB Level 5${swapped}`;
  });
  return block;
}

async function listVariables(file: Block, maxBytes?: number): Promise<Variable[]> {
  const variables: Variable[] = [];
  for (let at = HEADER_BYTES; at < file.bytes.length; ) {
    const element = readElement(file, at, file.bytes.length, `element ${variables.length + 1}`);
    check(element.type === MI_MATRIX || element.type === MI_COMPRESSED, file.where, () => {
      return `element ${variables.length + 1} at byte ${at} has type ${element.type}, expected a matrix (14) or compressed (15); wrong byte order, or a damaged file`;
    });
    check(variables.length < MAX_VARIABLES, file.where, () => `more than ${MAX_VARIABLES} variables`);
    const matrix = element.type === MI_MATRIX ? element : undefined;
    const block = matrix ? file : await inflateElement(file, element, { maxBytes, atMost: PREFIX_BYTES });
    variables.push({ ...readHeader(block, matrix ?? matrixTag(block)), element, block: file });
    at = element.next;
  }
  return variables;
}

async function inflateElement(file: Block, element: Element, limits: { maxBytes?: number; atMost?: number }): Promise<Block> {
  const where = `${file.where}, inflated from byte ${element.start}`;
  const packed = file.bytes.subarray(element.start, element.start + element.size);
  return makeBlock(await inflate(packed, "deflate", where, limits), file.little, where);
}

function matrixTag(block: Block): Element {
  const tag = readElement(block, 0, block.bytes.length, "a matrix", false);
  check(tag.type === MI_MATRIX, block.where, () => `it holds an element of type ${tag.type}, expected a matrix (14)`);
  return tag;
}

function readHeader(block: Block, matrix: Element): Header {
  const { view, little, where } = block;
  const end = Math.min(matrix.start + matrix.size, block.bytes.length);
  const flags = readElement(block, matrix.start, end, "array flags");
  check(flags.type === 6 && flags.size === 8, where, () => {
    return `array flags at byte ${matrix.start} have type ${flags.type} and ${flags.size} bytes, expected type 6 and 8 bytes`;
  });
  const word = view.getUint32(flags.start, little);
  const arrayClass = word & 0xff;
  const complex = (word & COMPLEX_FLAG) !== 0;
  // MATLAB's own objects have no dimensions here; they can be told by name and skipped
  const dimensions = arrayClass === OPAQUE ? undefined : readElement(block, flags.next, end, "dimensions");
  const nameAt = dimensions?.next ?? flags.next;
  const element = readElement(block, nameAt, end, "the name");
  check(element.type === 1 && element.size <= MAX_NAME, where, () => {
    return `the name at byte ${nameAt} has type ${element.type} and ${element.size} bytes, expected type 1 and at most ${MAX_NAME}`;
  });
  const name = text(block.bytes, element.start, element.start + element.size);
  const dims = dimensions ? readDims(block, dimensions, name) : [];
  const elements = dims.reduce((product, size) => product * size, 1);
  check(!isNumeric(arrayClass) || elements <= matrix.size, where, () => {
    return `variable ${name} claims ${dims.join(" x ")} = ${elements} elements in ${matrix.size} bytes (dimensions at byte ${flags.next})`;
  });
  return { name, arrayClass, complex, dims, size: matrix.size, dataAt: element.next };
}

function readDims({ view, little, where }: Block, { type, size, start }: Element, name: string): number[] {
  check(type === 5 && size >= 8 && size <= 4 * MAX_DIMS && size % 4 === 0, where, () => {
    return `the dimensions of variable ${name} at byte ${start} have type ${type} and ${size} bytes, expected type 5 and 4 bytes for each of 2 to ${MAX_DIMS}`;
  });
  const dims = Array.from({ length: size / 4 }, (_, i) => view.getInt32(start + 4 * i, little));
  check(minimum(dims) >= 0, where, () => `the dimensions of variable ${name} at byte ${start} are ${dims.join(" x ")}`);
  return dims;
}

function findVariable(variables: Variable[], name: string, option: string, where: string): Variable {
  const exact = variables.filter((variable) => variable.name === name);
  const found = exact.length > 0 ? exact : variables.filter((variable) => variable.name.toLowerCase() === name.toLowerCase());
  check(found.length > 0, where, () => {
    const names = variables.map((variable) => variable.name);
    const near = name.length > 2 ? nearestName(name, names) : undefined; // any one letter is near any other
    const shown = variables
      .slice(0, 20)
      .map((variable) => `${variable.name} (${variable.dims.join(" x ")} ${className(variable)})`);
    const listed = shown.length > 0 ? `it holds ${shown.join(", ")}` : "it holds no variables";
    const remedy = variables.some(({ arrayClass }) => isNumeric(arrayClass) || arrayClass === SPARSE)
      ? `name the right one with option ${option}`
      : "fields of structs and cells are not read: save plain numeric matrices, e.g. X = data.X";
    return `no variable ${name}; ${listed}; ${near ? `did you mean "${near}"? ` : ""}${remedy}`;
  });
  check(
    found.length === 1,
    where,
    () => `${found.length} variables match ${name}: ${found.map((variable) => variable.name).join(", ")}`,
  );
  const [variable] = found;
  check(isNumeric(variable.arrayClass), where, () => {
    const remedy = variable.arrayClass === SPARSE ? `save full(${variable.name})` : "save a plain numeric matrix";
    return `variable ${variable.name} is a ${className(variable)} matrix; expected real numbers: ${remedy}`;
  });
  check(!variable.complex, where, () => `variable ${variable.name} is complex; expected real numbers`);
  return variable;
}

function isNumeric(arrayClass: number): boolean {
  return arrayClass > SPARSE && arrayClass <= 15;
}

function className({ arrayClass }: Variable): string {
  return CLASS_NAMES[arrayClass] ?? `class ${arrayClass}`;
}

// The values of a two-dimensional variable, from column-major as stored to row-major. Labels are read as f64, so that no two
// of them merge; features too, unless f32 holds every value of what is stored.
async function readValues(variable: Variable, use: "labels" | "features", maxBytes = MAX_INFLATED): Promise<FloatArray> {
  const { element, dims, name, dataAt } = variable;
  const [rows, columns] = dims;
  const packed = element.type === MI_COMPRESSED;
  // what is packed must fit what its tag claims: 8 bytes of tag, the matrix, padding
  const limits = { maxBytes: Math.min(maxBytes, variable.size + 16) };
  const block = packed ? await inflateElement(variable.block, element, limits) : variable.block;
  const matrix = packed ? readElement(block, 0, block.bytes.length, `variable ${name}`) : element;
  const data = readElement(block, dataAt, matrix.start + matrix.size, `the values of ${name}`);
  const numeric = NUMERIC.get(data.type);
  if (!numeric)
    throw new CoppiceError(`${block.where}: the values of ${name} at byte ${dataAt} have type ${data.type}, no numeric type`);
  const expected = rows * columns * numeric.bytes;
  check(data.size === expected, block.where, () => {
    return `the values of ${name} at byte ${dataAt} are ${data.size} bytes; ${rows} x ${columns} of ${numeric.bytes} bytes each are ${expected}`;
  });
  const wide = use === "labels" || !NARROW.has(data.type);
  const values = wide ? new Float64Array(rows * columns) : new Float32Array(rows * columns);
  let at = data.start;
  for (let j = 0; j < columns; j++) {
    for (let i = 0; i < rows; i++, at += numeric.bytes) values[i * columns + j] = numeric.get(block.view, at, block.little);
  }
  return values;
}

function isHdf5(bytes: Uint8Array, at: number): boolean {
  return text(bytes, at, at + 8) === "\x89HDF\r\n\x1a\n";
}

function text(bytes: Uint8Array, from: number, to: number): string {
  return latin(bytes, from, Math.min(to, bytes.length));
}

/** Variables that MATLAB saved: see `readMat`. */
export const matlab: Format = {
  name: "matlab",
  title: "MATLAB 5 to 7",
  plural: "MATLAB files",
  about: "MATLAB 5 to 7: variables `X` and `Y`, or `--x`, `--y`; `--group` names a variable",
  extensions: [".mat"],
  options: ["orientation", "group", "x", "y"],
  claims: (head, name) => (isMat(head) ? "sure" : /\.mat$/i.test(name) && "likely"),
  read: async ([file], options) => readMat(await file.whole(), file.name, options),
};
