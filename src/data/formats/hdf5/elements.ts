import { check } from "../../../util/check.js";
import type { FloatArray } from "../../../util/types.js";
import type { Elements, Extent, Hdf5File } from "./hdf5-file.js";

/** Throws, with the arithmetic, where so much would take more than a file may. */
export function checkBytes(bytes: number, what: () => string, { where, maxBytes }: Hdf5File): void {
  check(bytes <= maxBytes, where, () => {
    return `${what()} ${bytes} bytes in memory, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
}

/** What lies at a path that nobody asked for: nothing where a link leads out of the file, in circles, or nowhere. */
export function kindHere(file: Hdf5File, path: string): "group" | "dataset" | undefined {
  try {
    return file.kindOf(path);
  } catch {
    return undefined;
  }
}

/** How many elements an extent claims. */
export function countOf({ shape }: Extent): number {
  return shape.reduce((product, side) => product * side, 1);
}

export const isNumbers = ({ type }: Extent): boolean => type === "bool" || /^[iuf]\d$/.test(type);

/** Bytes of an element of numbers in memory: 4 where 32-bit floats hold every number of the type. */
export function widthOf({ type }: Extent): 4 | 8 {
  return /^([iu][12]|f4|bool)$/.test(type) ? 4 : 8;
}

/** Calls `use` with the elements of a dataset, some of its first side at a time, and with how many came before. */
function eachPart(file: Hdf5File, extent: Extent, use: (part: Elements, at: number) => void): void {
  const { shape, step } = extent;
  let at = 0;
  for (let start = 0; start < (shape[0] ?? 1); start += step) {
    const part = file.read(extent, start, Math.min(step, (shape[0] ?? 1) - start));
    use(part, at);
    at += part.length;
  }
}

/** All numbers of a dataset, row-major: in 32 bits where these hold every number of its type, and not `wide`, else in 64. Throws on anything else. */
export function readFloats(file: Hdf5File, extent: Extent, wide = false): FloatArray {
  const { path, type, shape } = extent;
  const count = countOf(extent);
  check(isNumbers(extent), file.where, () => {
    const again = /bits$/.test(type) ? "; save it as float32" : "";
    return `${path} holds ${type === "text" ? "texts" : type}, expected numbers${again}`;
  });
  const width = wide ? 8 : widthOf(extent);
  checkBytes(width * count, () => `${path} has ${shape.join(" x ")} numbers, which take`, file);
  const values = width === 4 ? new Float32Array(count) : new Float64Array(count);
  eachPart(file, extent, (part, at) => {
    if (part instanceof BigInt64Array || part instanceof BigUint64Array) copyLong(part, values, at, `${file.where}: ${path}`);
    else values.set(part as ArrayLike<number>, at);
  });
  return values;
}

function copyLong(part: BigInt64Array | BigUint64Array, values: FloatArray, at: number, where: string): void {
  for (let k = 0; k < part.length; k++) {
    const value = Number(part[k]);
    check(Math.abs(value) <= Number.MAX_SAFE_INTEGER, where, () => {
      return `integer ${at + k + 1} is ${part[k]}; beyond 2^53 they cannot be told apart: save them as floats or texts`;
    });
    values[at + k] = value;
  }
}

/** Indices and counts: whole numbers from 0 to 2^32 - 1. Throws on others. */
export function readIndices(file: Hdf5File, path: string, atMost: number): Uint32Array {
  const extent = file.extent(path);
  const { shape, type } = extent;
  check(/^[iuf]\d$/.test(type) && shape.length === 1, file.where, () => {
    return `${path} is ${shape.join(" x ")} of ${type}, expected a list of whole numbers`;
  });
  const count = countOf(extent);
  check(count <= atMost, file.where, () => `${path} has ${count} elements, expected at most ${atMost}`);
  checkBytes(4 * count, () => `${path} has ${count} numbers, which take`, file);
  const values = new Uint32Array(count);
  eachPart(file, extent, (part, at) => {
    for (let k = 0; k < part.length; k++) {
      const value = Number(part[k]);
      check(Number.isInteger(value) && value >= 0 && value < 2 ** 32, file.where, () => {
        return `${path}: element ${at + k} is ${part[k]}, expected a whole number of at least 0`;
      });
      values[at + k] = value;
    }
  });
  return values;
}

/** Bytes that a text takes beside its characters, roughly. */
const TEXT_BYTES = 16;

/** Texts of a dataset; numbers as texts. What they take in memory counts as they come: many may be one long text in the file. */
export function readTexts(file: Hdf5File, path: string): string[] {
  const extent = file.extent(path);
  const { type } = extent;
  const count = countOf(extent);
  check(type === "text" || type === "reference" || isNumbers(extent), file.where, () => `${path} holds ${type}, expected texts`);
  checkBytes(TEXT_BYTES * count, () => `${path} has ${count} texts, which take at least`, file);
  const texts: string[] = [];
  let bytes = TEXT_BYTES * count;
  eachPart(file, extent, (part) => {
    for (const item of part) {
      texts.push(String(item));
      bytes += 2 * texts[texts.length - 1].length;
    }
    checkBytes(bytes, () => `the texts of ${path} take at least`, file);
  });
  return texts;
}
