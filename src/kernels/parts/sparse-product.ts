import text from "../../../shaders/parts/sparse-product.wgsl?raw";
import type { FloatArray } from "../../util/types.js";
import type { Identity } from "../activation.js";
import { addRows } from "../rows.js";
import type { ProductShape, Variant } from "../variant.js";

/** What spmm and spmm-t have in common: how the sums over the connections of rows (or columns) are dealt, and cut in segments. */
export const sparseProduct = {
  wgsl: text,
  params: { segments: "u32", tableAt: "u32", identityAt: "u32" },
  constants: { WG: 64, VECS: 1, LANES: 1, UNROLL: 4, PARTS: 1, SPLIT: 0, JOIN: 0 },
} as const;

/**
 * The rows of a dispatch, long ones in segments (see `joined`): `add` adds the products of connections [begin, end) to the elements of an array
 * from `at` on; `row` makes a row of what its argument adds. The sums of segments are the rows of `partial` from partialAt on.
 */
export function walkRows(
  { segments, tableAt, quads }: { readonly [K in "segments" | "tableAt" | "quads"]: number },
  { SPLIT, JOIN }: { readonly [K in "SPLIT" | "JOIN"]: number },
  rows: number,
  starts: Uint32Array,
  partial: FloatArray,
  partialAt: number,
  add: (into: FloatArray, at: number, begin: number, end: number) => void,
  row: (r: number, addTo: (into: FloatArray, at: number) => void) => void,
): void {
  const stride = 4 * quads;
  for (let i = 0; i < segments; i++) {
    const [r, begin, end] = starts.subarray(tableAt + 3 * i);
    const at = (partialAt + i) * stride;
    if (JOIN) row(r, (into, to) => addRows(into, to, stride, partial, partialAt + begin, partialAt + end));
    else {
      partial.fill(0, at, at + stride);
      add(partial, at, begin, end);
    }
  }
  for (let r = 0; r < rows; r++) {
    const [begin, end] = [starts[r], starts[r + 1]];
    if (SPLIT === 0 || end - begin <= SPLIT) row(r, (into, at) => add(into, at, begin, end));
  }
}

/** The dropout identity of a row (or column) that has one of its own: two words behind the starts, from identityAt on. */
export function identityOf(
  { identityAt }: { readonly identityAt: number },
  starts: Uint32Array,
  row: number,
): Identity | undefined {
  const at = identityAt + 2 * row;
  return identityAt > 0 ? [starts[at], starts[at + 1]] : undefined;
}

/** Workgroups of spmm and spmm-t for so many rows and segments: an item each for every tile of the batch. */
export function batchWorkgroups(
  items: number,
  quads: number,
  { WG, VECS, LANES, PARTS }: { readonly [K in "WG" | "VECS" | "LANES" | "PARTS"]: number },
): number {
  const places = items * Math.ceil(quads / (VECS * LANES));
  return PARTS > 1 ? Math.ceil(places / Math.floor(WG / (LANES * PARTS))) : Math.ceil((places * LANES) / WG);
}

/** Invocations along the batch when each takes VECS quads and at most `most` stand side by side, so that tiles are of equal size. */
function batchLanes(quads: number, VECS: number, most: number): number {
  const tiles = Math.ceil(quads / (most * VECS));
  return Math.ceil(Math.ceil(quads / tiles) / VECS);
}

/** Invocations that a small GPU needs to hide what memory takes, and connections below which one is not worth sharing there. */
const FEW_INVOCATIONS = 8192;
const FEW_CONNECTIONS = 4;
/** Invocations that fill a large GPU: more only share out rows that others would do as soon. */
const MANY_INVOCATIONS = 2 ** 20;

/** 1, doubled up to `most` while `more` says so. */
function doubled(most: number, more: (count: number) => boolean): number {
  let count = 1;
  while (count < most && more(count)) count *= 2;
  return count;
}

/**
 * Candidates of spmm, and of spmm-t with columns in the place of rows; see `candidatesOf`. Programs on the CPU pay for each load that is
 * not of a whole vector, and gain nothing by loads in flight: long runs of quads a connection, one connection a turn. GPUs gain by many
 * invocations with one quad each: neighbours read neighbouring quads of an input, and several share the connections of a row. On an
 * H200 the first is within 7 % of the best of 24 in the mean of 13 cells, and 1.8 times as fast as one invocation a row (bench/H200.md).
 */
export function sparseCandidates({ rows, nnz, quads, software }: ProductShape): readonly Variant[] {
  const variant = (VECS: number, most: number, UNROLL: number, PARTS = 1) => ({
    VECS,
    LANES: batchLanes(quads, VECS, most),
    UNROLL,
    PARTS,
  });
  const widest = quads >= 4 ? 4 : quads >= 2 ? 2 : 1;
  const wide = [variant(widest, 8, 1), variant(widest, 2, 1)];
  if (software) return wide;
  const spread = (PARTS: number) => ({ ...variant(1, 32, 4, PARTS), WG: 256 });
  const parts = doubled(
    quads > 8 ? 4 : 8,
    (PARTS) => nnz / rows >= 2 * PARTS && 2 * PARTS * rows * batchLanes(quads, 1, 32) <= MANY_INVOCATIONS,
  );
  const coalesced = variant(quads >= 32 ? 4 : quads >= 16 ? 2 : 1, 8, 4);
  const invocations = rows * Math.min(8, quads) * Math.ceil(quads / 8);
  const few = doubled(8, (PARTS) => invocations * PARTS < FEW_INVOCATIONS && nnz / rows >= 2 * PARTS * FEW_CONNECTIONS);
  const shared = few > 1 ? [variant(1, 8, 4, few)] : [];
  return [
    spread(parts),
    spread(Math.max(1, parts / 2)),
    ...shared,
    coalesced,
    { ...coalesced, WG: 256 },
    variant(1, 8, 4),
    wide[0],
  ];
}
