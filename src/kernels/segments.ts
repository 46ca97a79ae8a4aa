import type { Device } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { joinArrays } from "../util/join-arrays.js";

/** Connections that an invocation walks one after another at most: rows (and columns) of more are cut in segments. */
export const LONGEST_WALK = 1024;
/** Connections of a segment at most: half the longest walk, so that a long row ends when others do. */
const SEGMENT = 512;

/** How many rows (or columns) of a row block are long, and in how many segments they are cut. */
export interface CutCounts {
  readonly segments: number;
  /** Long rows. */
  readonly joins: number;
}

/** Row starts, then for each segment (row, begin, end), then for each long row (row, first segment, last + 1). */
export interface Cut extends CutCounts {
  readonly starts: Uint32Array;
}

/** Cuts rows of more than `above` connections in equal segments of at most `length`. `starts` [rows + 1] is the CSR's rowPtr or the CSC's colPtr. */
export function cutLongRows(starts: Uint32Array, above = LONGEST_WALK, length = SEGMENT): Cut {
  const segments: number[] = [];
  const joins: number[] = [];
  for (let row = 0; row + 1 < starts.length; row++) {
    const begin = starts[row];
    const count = starts[row + 1] - begin;
    if (count <= above) continue;
    const pieces = Math.ceil(count / length);
    const first = segments.length / 3;
    const at = (piece: number) => begin + Math.floor((count * piece) / pieces);
    for (let piece = 0; piece < pieces; piece++) segments.push(row, at(piece), at(piece + 1));
    joins.push(row, first, first + pieces);
  }
  if (joins.length === 0) return { starts, segments: 0, joins: 0 };
  const listed = Uint32Array.from([...segments, ...joins]);
  return { starts: joinArrays([starts, listed]), segments: segments.length / 3, joins: joins.length / 3 };
}

/** Cuts long rows for GPUs; the CPU device walks them as they are. */
export function cutFor({ info }: Device, starts: Uint32Array): Cut {
  return info.kind === "webgpu" ? cutLongRows(starts) : { starts, segments: 0, joins: 0 };
}

/** At most as many segments do connections make. */
export function mostSegments(nnz: number): number {
  return Math.floor((nnz * 3) / (2 * SEGMENT));
}

/** What a dispatch of spmm, spmm-t or sddmm takes where no row is cut, and no neuron has a dropout identity of its own. */
export const UNCUT = { segments: 0, tableAt: 0, identityAt: 0 } as const;

/** The dispatch, of `rows` rows (or columns), with long ones in segments. */
export function inSegments(dispatch: Dispatch, rows: number, { segments }: CutCounts, above = LONGEST_WALK): Dispatch {
  if (segments === 0) return dispatch;
  const { params, constants } = dispatch;
  return { ...dispatch, params: { ...params, segments, tableAt: rows + 1 }, constants: { ...constants, SPLIT: above } };
}

/** `inSegments`, and for spmm and spmm-t the dispatch that adds up the sums of segments. */
export function joined(dispatch: Dispatch, rows: number, cut: CutCounts, above = LONGEST_WALK): Dispatch[] {
  const main = inSegments(dispatch, rows, cut, above);
  if (main === dispatch) return [dispatch];
  const { segments, joins } = cut;
  const own = { rows: 0, cols: 0, segments: joins, tableAt: rows + 1 + 3 * segments };
  return [
    main,
    {
      ...main,
      params: { ...main.params, ...own },
      constants: { ...main.constants, VECS: 1, LANES: 1, UNROLL: 1, PARTS: 1, JOIN: 1 },
    },
  ];
}
