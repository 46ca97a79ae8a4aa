import { CoppiceError, check } from "../../../util/check.js";
import { MOST_F32, narrowed } from "../../../util/floats.js";
import type { RowChunk } from "../../pick.js";
import { isBlank, isMissing, latin, parseNumber } from "../table/cells.js";

/** Samples of an svmlight file, in its order. Columns are the file's own indices, whether they start at 0 or at 1. */
export interface SvmlightRows extends RowChunk {
  /** [rows] the number each line starts with; NaN where lines go without, or have several. */
  readonly labels: Float64Array;
  /** The labels of lines (by their places in the chunk) that have several, as "2,0", or none where labels belong; and what is wrong with the first that has none. */
  readonly several: ReadonlyMap<number, readonly number[]>;
  readonly bare: string | null;
  /** What the labels look like in the file, each text once. */
  readonly labelTexts: ReadonlySet<string>;
  /** [rows] the query (qid) of each line; null when none has one. */
  readonly queries: Float64Array | null;
}

/** Rows and values that a chunk is closed at. */
const CHUNK_ROWS = 4096;
const CHUNK_VALUES = 2 ** 18;
/** A line of 10 million features takes less. */
const MAX_LINE = 2 ** 28;
const MAX_INDEX = 2 ** 31 - 1;
const [LF, HASH, COLON, COMMA] = [0x0a, 0x23, 0x3a, 0x2c];

/**
 * Reads svmlight (libsvm) text piece by piece, as it comes from a file, a network or a gzip stream: a line is `label [qid:q] index:value ...
 * [# comment]`, indices ascending; several labels are "2,0". Yields some thousand samples at a time, sparse; in memory are one such chunk and one line. With
 * `unlabelled` lines may start with their first value.
 *
 * Throws, with the line, its byte and the field, on anything else.
 */
export async function* svmlightRows(
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  where: string,
  unlabelled = false,
): AsyncGenerator<SvmlightRows> {
  let chunk = makeChunk();
  let rest = new Uint8Array(0); // the start of a line whose end is in a piece to come
  let held = 0;
  let [line, byte] = [1, 0];
  const take = (bytes: Uint8Array, start: number, end: number) => {
    readLine(bytes, start, end, chunk, unlabelled, () => `${where}: line ${line} at byte ${byte}`);
    line++;
    byte += end + 1 - start;
  };
  for await (const piece of pieces) {
    let start = 0;
    for (let end = piece.indexOf(LF); end >= 0; end = piece.indexOf(LF, start)) {
      if (held > 0) {
        rest = append(rest, held, piece.subarray(0, end));
        take(rest, 0, held + end);
        held = 0;
      } else take(piece, start, end);
      start = end + 1;
      if (!isFull(chunk)) continue;
      yield closeChunk(chunk);
      chunk = makeChunk();
    }
    rest = append(rest, held, piece.subarray(start));
    held += piece.length - start;
    check(held <= MAX_LINE, where, () => `line ${line} at byte ${byte} is longer than ${MAX_LINE} bytes`);
  }
  if (held > 0) take(rest, 0, held);
  if (chunk.labels.length > 0) yield closeChunk(chunk);
}

/** Rows that are read, as lists that grow. */
type Chunk = ReturnType<typeof makeChunk>;

function makeChunk() {
  const [labels, queries, rowPtr, colIdx, values]: number[][] = [[], [], [0], [], []];
  return {
    labels,
    several: new Map<number, number[]>(),
    bare: null as string | null,
    labelTexts: new Set<string>(),
    queries,
    rowPtr,
    colIdx,
    values,
  };
}

function isFull({ labels, values }: Chunk): boolean {
  return labels.length >= CHUNK_ROWS || values.length >= CHUNK_VALUES;
}

function closeChunk({ labels, several, bare, labelTexts, queries, rowPtr, colIdx, values }: Chunk): SvmlightRows {
  return {
    several,
    bare,
    rows: labels.length,
    rowPtr: Uint32Array.from(rowPtr),
    colIdx: Uint32Array.from(colIdx),
    values: narrowed(Float64Array.from(values)),
    labels: Float64Array.from(labels),
    labelTexts,
    queries: queries.length > 0 ? Float64Array.from(queries) : null,
  };
}

function append(rest: Uint8Array<ArrayBuffer>, held: number, more: Uint8Array): Uint8Array<ArrayBuffer> {
  let room = rest;
  if (held + more.length > rest.length) {
    room = new Uint8Array(Math.max(held + more.length, 2 * held));
    room.set(rest.subarray(0, held));
  }
  room.set(more, held);
  return room;
}

/** Adds the sample of bytes [start, end) to the chunk, if there is one. */
function readLine(bytes: Uint8Array, start: number, end: number, chunk: Chunk, unlabelled: boolean, place: () => string): void {
  const comment = bytes.subarray(start, end).indexOf(HASH);
  const last = comment < 0 ? end : start + comment;
  let [label, query] = [Number.NaN, Number.NaN];
  let before = -1;
  let tokens = 0;
  for (let at = start; at < last; ) {
    if (isBlank(bytes[at])) {
      at++;
      continue;
    }
    let to = at;
    let colon = -1;
    for (; to < last && !isBlank(bytes[to]); to++) if (bytes[to] === COLON && colon < 0) colon = to;
    tokens++;
    if (tokens === 1 && colon < 0) {
      const labels = readLabels(bytes, at, to, chunk.labelTexts, place);
      if (labels.length > 1) chunk.several.set(chunk.labels.length, labels);
      else [label] = labels;
      at = to;
      continue;
    }
    if (tokens === 1 && !unlabelled) {
      chunk.several.set(chunk.labels.length, []);
      chunk.bare ??= broken(bytes, at, to, place, BARE).message;
    }
    if (tokens <= 2 && colon - at === 3 && ascii(bytes, at, colon) === "qid")
      query = readInteger(bytes, colon + 1, to, "qid", place);
    else {
      if (colon < 0) throw broken(bytes, at, to, place, `is no index:value${bytes[at] === COMMA ? TOGETHER : ""}`);
      const index = readInteger(bytes, at, colon, "the index", place);
      check(index > before, place(), () => `index ${index} follows ${before}; indices ascend, each at most once`);
      before = index;
      chunk.colIdx.push(index);
      chunk.values.push(readValue(bytes, colon + 1, to, index, place));
    }
    at = to;
  }
  if (tokens === 0) return;
  const queries = Number.isNaN(query) ? 0 : 1;
  check(chunk.labels.length === 0 || chunk.queries.length > 0 === queries > 0, place(), () => {
    return queries > 0 ? "has a qid, but lines before it have none" : "has no qid, but lines before it have one";
  });
  if (queries > 0) chunk.queries.push(query);
  chunk.labels.push(label);
  chunk.rowPtr.push(chunk.values.length);
}

const BARE = "is a value where the label belongs; if the lines have no labels, say so (option label: null, --no-label)";

const TOGETHER = "; several labels stand without spaces, as 0,2";

/** The labels of bytes [at, to), with commas between. */
function readLabels(bytes: Uint8Array, at: number, to: number, texts: Set<string>, place: () => string): number[] {
  const labels: number[] = [];
  for (let [start, end] = [at, at]; start <= to; start = end + 1) {
    const comma = bytes.subarray(start, to).indexOf(COMMA);
    end = comma < 0 ? to : start + comma;
    const label = parseNumber(bytes, start, end);
    if (!Number.isFinite(label))
      throw broken(
        bytes,
        at,
        to,
        place,
        `is no number: lines start with their label's${bytes[to - 1] === COMMA ? TOGETHER : ""}`,
      );
    texts.add(latin(bytes, start, end));
    labels.push(label);
  }
  return labels;
}

function readInteger(bytes: Uint8Array, at: number, to: number, what: string, place: () => string): number {
  let value = to > at ? 0 : Number.NaN;
  for (let k = at; k < to && value <= MAX_INDEX; k++) {
    const digit = bytes[k] - 0x30;
    value = digit >= 0 && digit <= 9 ? 10 * value + digit : Number.NaN;
  }
  if (!(value <= MAX_INDEX)) throw broken(bytes, at, to, place, `is ${what}; expected a whole number up to ${MAX_INDEX}`);
  return value;
}

function readValue(bytes: Uint8Array, at: number, to: number, index: number, place: () => string): number {
  const value = parseNumber(bytes, at, to);
  if (Math.abs(value) <= MOST_F32) return value;
  const large = !Number.isNaN(value);
  if (large || !isMissing(ascii(bytes, at, to)))
    throw broken(
      bytes,
      at,
      to,
      place,
      `is the value of index ${index}; expected a number${large ? " of 32 bits (up to 3.4e38)" : ""}`,
    );
  return Number.NaN;
}

function broken(bytes: Uint8Array, at: number, to: number, place: () => string, reason: string): CoppiceError {
  return new CoppiceError(`${place()}: "${ascii(bytes, at, to)}" ${reason}`);
}

/** At most 40 bytes as text, for messages and short words. */
function ascii(bytes: Uint8Array, at: number, to: number): string {
  return latin(bytes, at, Math.min(to, at + 40));
}
