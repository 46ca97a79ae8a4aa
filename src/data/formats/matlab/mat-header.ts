import { check } from "../../../util/check.js";
import { minimum } from "../../../util/extremes.js";
import { isNumeric } from "./mat-array.js";
import { type Element, type MatSource, readElement } from "./mat-element.js";
import { text } from "./signature.js";

/** What a matrix says of itself. Its values start at byte `dataAt` of its source, `size` bytes from the first to the last subelement. */
export interface Header {
  readonly name: string;
  /** MATLAB's name of its class: "double", "cell". */
  readonly kind: string;
  readonly logical: boolean;
  readonly complex: boolean;
  readonly dims: readonly number[];
  readonly size: number;
  readonly dataAt: number;
}

// Array classes (mx...) in the flags of a matrix.
const CLASSES = ["", "cell", "struct", "object", "char", "sparse", "double", "single", "int8", "uint8", "int16", "uint16"];
const MORE_CLASSES = ["int32", "uint32", "int64", "uint64", "function", "opaque"];
const CLASS_NAMES = [...CLASSES, ...MORE_CLASSES];
const OPAQUE = 17;
const MI_INT32 = 5;
const [COMPLEX_FLAG, LOGICAL_FLAG] = [0x800, 0x200];
/** The longest name; MATLAB's own limit is 63. */
export const MAX_NAME = 255;
const MAX_DIMS = 32;

/** Reads what stands before the values of a matrix. Throws where dimensions of numbers claim more than its bytes hold. */
export function readHeader(source: MatSource, matrix: Element): Header {
  const { view, little, where } = source;
  const end = Math.min(matrix.start + matrix.size, source.bytes.length);
  const flags = readElement(source, matrix.start, end, "array flags");
  check(flags.type === 6 && flags.size === 8, where, () => {
    return `array flags at byte ${matrix.start} have type ${flags.type} and ${flags.size} bytes, expected type 6 and 8 bytes`;
  });
  const word = view.getUint32(flags.start, little);
  const arrayClass = word & 0xff;
  const [complex, logical] = [COMPLEX_FLAG, LOGICAL_FLAG].map((flag) => (word & flag) !== 0);
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
  // Octave says uint8 of a logical matrix, sparse or not, with the number of its values; rows come first in a sparse one, in 32 bits
  const counted = logical && view.getUint32(flags.start + 4, little) > 0;
  const sparse = counted && readElement(source, element.next, end, `the values of ${name}`, false).type === MI_INT32;
  const kind = sparse ? "sparse" : (CLASS_NAMES[arrayClass] ?? `class ${arrayClass}`);
  const numeric = isNumeric(kind);
  check(!numeric || elements <= matrix.size, where, () => {
    return `variable ${name} claims ${dims.join(" x ")} = ${elements} elements in ${matrix.size} bytes (dimensions at byte ${flags.next})`;
  });
  return { name, kind, logical, complex, dims, size: matrix.size, dataAt: element.next };
}

function readDims({ view, little, where }: MatSource, { type, size, start }: Element, name: string): number[] {
  check(type === 5 && size >= 8 && size <= 4 * MAX_DIMS && size % 4 === 0, where, () => {
    return `the dimensions of variable ${name} at byte ${start} have type ${type} and ${size} bytes, expected type 5 and 4 bytes for each of 2 to ${MAX_DIMS}`;
  });
  const dims = Array.from({ length: size / 4 }, (_, i) => view.getInt32(start + 4 * i, little));
  check(minimum(dims) >= 0, where, () => `the dimensions of variable ${name} at byte ${start} are ${dims.join(" x ")}`);
  return dims;
}
