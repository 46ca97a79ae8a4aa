import { check } from "../../../util/check.js";
import { narrowed } from "../../../util/floats.js";
import { joinArrays } from "../../../util/join-arrays.js";
import type { FloatArray } from "../../../util/types.js";
import { isBlank, latin, parseNumber } from "../table/cells.js";
import type { Triplets } from "../triplets.js";

/** A matrix as its file has it: values where they are, or all of them, row-major. */
export type Matrix =
  | ({ readonly kind: "sparse" } & Triplets)
  | { readonly kind: "dense"; readonly rows: number; readonly columns: number; readonly values: FloatArray };

/** What the first line of a file says. */
interface Banner {
  readonly coordinate: boolean;
  readonly pattern: boolean;
  /** 1 where (j, i) has the value of (i, j), -1 where it has its negative, 0 where it has its own. */
  readonly mirror: 1 | -1 | 0;
}

const BANNER = /^%%MatrixMarket\s+matrix\s+(\S+)\s+(\S+)\s+(\S+)\s*$/i;
const SYMMETRIES: Readonly<Record<string, Banner["mirror"]>> = { general: 0, symmetric: 1, "skew-symmetric": -1 };
const [LF, PERCENT] = [0x0a, 0x25];
const MAX_LINE = 2 ** 16;

/**
 * Reads a MatrixMarket file piece by piece: coordinate or array; real, integer or pattern; general, symmetric or skew-symmetric (Boisvert, Pozo
 * and Remington 1996). What it claims is not trusted: memory grows with what was read, and takes at most `maxBytes`.
 *
 * Throws, with the line, on complex matrices, values that are no numbers, indices beyond the matrix, and another number of values than claimed.
 */
export async function readMtx(chunks: AsyncIterable<Uint8Array>, where: string, maxBytes: number): Promise<Matrix> {
  let banner: Banner | undefined;
  let values: Values | undefined;
  for await (const { bytes, start, end, line } of linesOf(chunks, where)) {
    const place = () => `${where}: line ${line}`;
    if (banner === undefined) banner = readBanner(latin(bytes, start, end), where);
    else if (end > start && bytes[start] !== PERCENT) {
      if (values === undefined) values = valuesOf(banner, latin(bytes, start, end), where, maxBytes, place);
      else values.add(bytes, start, end, place);
    }
  }
  check(banner !== undefined && values !== undefined, where, () => "truncated: it has no line of sizes");
  return values.matrix();
}

/** Lines without the spaces around them. */
async function* linesOf(chunks: AsyncIterable<Uint8Array>, where: string) {
  let rest = new Uint8Array(0);
  let line = 0;
  const trimmed = (bytes: Uint8Array, from: number, to: number) => {
    let [start, end] = [from, to];
    while (start < end && isBlank(bytes[start])) start++;
    while (end > start && isBlank(bytes[end - 1])) end--;
    return { bytes, start, end, line: ++line };
  };
  for await (const chunk of chunks) {
    const bytes = rest.length > 0 ? joinArrays([rest, chunk]) : chunk;
    let start = 0;
    for (let end = bytes.indexOf(LF); end >= 0; end = bytes.indexOf(LF, start)) {
      yield trimmed(bytes, start, end);
      start = end + 1;
    }
    rest = bytes.slice(start);
    check(rest.length <= MAX_LINE, where, () => `line ${line + 1} is longer than ${MAX_LINE} bytes`);
  }
  if (rest.length > 0) yield trimmed(rest, 0, rest.length);
}

function readBanner(line: string, where: string): Banner {
  const [, layout = "", field = "", symmetry = ""] = (BANNER.exec(line) ?? []).map((word) => word.toLowerCase());
  const mirror = SYMMETRIES[symmetry];
  check(["coordinate", "array"].includes(layout) && mirror !== undefined, where, () => {
    return `line 1 is "${line.slice(0, 80)}"; expected "%%MatrixMarket matrix", coordinate or array, real, integer or pattern, and general, symmetric or skew-symmetric`;
  });
  const pattern = field === "pattern" && layout === "coordinate";
  check(pattern || ["real", "double", "integer", "unsigned-integer"].includes(field), where, () => {
    return `line 1 says that its values are ${field}; expected real, integer or pattern`;
  });
  return { coordinate: layout === "coordinate", pattern, mirror };
}

/** Values that are being read. */
interface Values {
  add(bytes: Uint8Array, start: number, end: number, place: () => string): void;
  /** The matrix of all that was added. Throws unless it is as much as was claimed. */
  matrix(): Matrix;
}

/** Room for the values of a matrix of the sizes that a line claims. */
function valuesOf(banner: Banner, line: string, where: string, maxBytes: number, place: () => string): Values {
  const sizes = line.split(/\s+/).map(Number);
  const [rows, columns, nnz] = sizes;
  const plain = sizes.length === (banner.coordinate ? 3 : 2) && sizes.every((size) => Number.isSafeInteger(size) && size >= 0);
  check(plain && rows < 2 ** 31 && columns < 2 ** 31, place(), () => {
    return `"${line.slice(0, 80)}" are no sizes; expected rows and columns${banner.coordinate ? ", and how many values there are" : ""}`;
  });
  check(banner.mirror === 0 || rows === columns, place(), () => `a matrix of ${rows} x ${columns} is not symmetric`);
  const lists = { where, maxBytes, mirror: banner.mirror, rows, columns };
  return banner.coordinate ? coordinates({ ...lists, claimed: nnz }, banner.pattern) : cells(lists);
}

/** What is known of values before they are read. */
interface Claim {
  readonly where: string;
  readonly maxBytes: number;
  readonly mirror: Banner["mirror"];
  readonly rows: number;
  readonly columns: number;
}

/** Lines of row, column and value, from 1; a value is 1 where there are patterns alone. */
function coordinates(
  { where, maxBytes, mirror, rows, columns, claimed }: Claim & { readonly claimed: number },
  pattern: boolean,
): Values {
  const most = claimed * (mirror === 0 ? 1 : 2);
  let lists = { rowIdx: new Uint32Array(0), colIdx: new Uint32Array(0), values: new Float64Array(0) };
  let [read, count] = [0, 0];
  const push = (row: number, column: number, value: number) => {
    if (count === lists.values.length) lists = grown(lists, Math.min(most, Math.max(64, 2 * count)), where, maxBytes);
    lists.rowIdx[count] = row;
    lists.colIdx[count] = column;
    lists.values[count++] = value;
  };
  return {
    add(bytes, start, end, place) {
      check(read++ < claimed, place(), () => `follows the ${claimed} values that the line of sizes claims`);
      const [i, j, value = Number.NaN] = numbersIn(bytes, start, end, pattern ? 2 : 3, place);
      const inside = Number.isInteger(i) && Number.isInteger(j) && i >= 1 && i <= rows && j >= 1 && j <= columns;
      check(inside, place(), () => `row ${i}, column ${j} is none of ${rows} x ${columns}`);
      push(i - 1, j - 1, pattern ? 1 : value);
      if (mirror !== 0 && i !== j) push(j - 1, i - 1, pattern ? 1 : mirror * value);
    },
    matrix() {
      check(read === claimed, where, () => `truncated: it has ${read} of ${claimed} values`);
      const { rowIdx, colIdx, values } = lists;
      const own = {
        rowIdx: rowIdx.subarray(0, count),
        colIdx: colIdx.subarray(0, count),
        values: narrowed(values.subarray(0, count)),
      };
      return { kind: "sparse", rows, columns, ...own };
    },
  };
}

/** The lists with room for more. Throws where that takes more than `maxBytes`. */
function grown(
  lists: { rowIdx: Uint32Array; colIdx: Uint32Array; values: Float64Array },
  size: number,
  where: string,
  maxBytes: number,
) {
  check(16 * size <= maxBytes, where, () => {
    return `${size} values take ${16 * size} bytes, above the limit of ${maxBytes}; raise it with option maxBytes (--max-bytes)`;
  });
  const more = { rowIdx: new Uint32Array(size), colIdx: new Uint32Array(size), values: new Float64Array(size) };
  more.rowIdx.set(lists.rowIdx);
  more.colIdx.set(lists.colIdx);
  more.values.set(lists.values);
  return more;
}

/** A line for each cell, column by column; of symmetric matrices those from the diagonal down (below it, if skew). */
function cells({ where, maxBytes, mirror, rows, columns }: Claim): Values {
  const first = (column: number) => (mirror === 0 ? 0 : mirror === 1 ? column : column + 1);
  const claimed = mirror === 0 ? rows * columns : (rows * (rows + mirror)) / 2;
  let values = new Float64Array(0);
  let read = 0;
  return {
    add(bytes, start, end, place) {
      check(read < claimed, place(), () => `follows the ${claimed} values of a matrix of ${rows} x ${columns}`);
      const size = Math.min(claimed, Math.max(64, 2 * read));
      if (read === values.length) {
        check(8 * size <= maxBytes, where, () => {
          return `${claimed} cells take more than the limit of ${maxBytes} bytes; raise it with option maxBytes (--max-bytes)`;
        });
        const more = new Float64Array(size);
        more.set(values);
        values = more;
      }
      [values[read++]] = numbersIn(bytes, start, end, 1, place);
    },
    matrix() {
      check(read === claimed, where, () => `truncated: it has ${read} of ${claimed} values`);
      const whole = new Float64Array(rows * columns);
      for (let j = 0, k = 0; j < columns; j++) {
        for (let i = first(j); i < rows; i++, k++) {
          whole[i * columns + j] = values[k];
          if (mirror !== 0 && i !== j) whole[j * columns + i] = mirror * values[k] || 0; // no -0
        }
      }
      return { kind: "dense", rows, columns, values: narrowed(whole) };
    },
  };
}

/** The numbers of a line. Throws unless there are so many. */
function numbersIn(bytes: Uint8Array, start: number, end: number, count: number, place: () => string): number[] {
  const found: number[] = [];
  for (let at = start; at < end; ) {
    let to = at;
    while (to < end && !isBlank(bytes[to])) to++;
    const value = parseNumber(bytes, at, to);
    const text = () => latin(bytes, at, Math.min(to, at + 40));
    check(Number.isFinite(value) || /^[+-]?nan$/i.test(text()), place(), () => `"${text()}" is no finite number`);
    found.push(value);
    for (at = to; at < end && isBlank(bytes[at]); ) at++;
  }
  check(found.length === count, place(), () => `it has ${found.length} numbers, expected ${count}`);
  return found;
}
