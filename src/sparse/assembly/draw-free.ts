import { at, put, stayed } from "./words";

/** The engine's, so that the bits are those of loops on typed arrays. */
@external("env", "log")
declare function log(x: f64): f64;

/** Cells up to the next, by a draw: rounded down. They do not rise with it. */
@inline
function gapOf(drawn: u32, scale: f64): i64 {
  return <i64>(log((<f64>drawn + 1) * (1.0 / 4294967296.0)) * scale);
}

/**
 * The random free cells of `drawFree` of src/sparse/grow.ts, by the same draws; `scale` is 1 / ln(1 - part). rowPtr[rows] counts all of them, of which
 * the first `most` are written. `room` has 2^(bits + 1) + 2 words, for the gaps of every 2^(32 - bits)-th draw, 1 <= bits: most draws lie between two
 * that are equal, and need no logarithm.
 */
export function drawFree(
  rows: u32,
  cols: u32,
  scale: f64,
  most: u32,
  bits: u32,
  oldPtr: usize,
  oldIdx: usize,
  survivors: usize,
  state: usize,
  rowPtr: usize,
  colIdx: usize,
  room: usize,
): void {
  const shift = 32 - bits;
  const last: u32 = 1 << bits;
  for (let i: u32 = 0; i < last; i++) store<i64>(room + (<usize>i << 3), gapOf(i << shift, scale));
  store<i64>(room + (<usize>last << 3), 0); // that of the last draw, ln(1)
  let s0 = load<u64>(state);
  let s1 = load<u64>(state, 8);
  let nnz: u32 = 0;
  let k: u32 = 0;
  let col: i64 = -1;
  put(rowPtr, 0, 0);
  for (let row: u32 = 0; ; ) {
    const drawn = <u32>(s0 + s1);
    s1 ^= s0;
    s0 = rotl(s0, 24) ^ s1 ^ (s1 << 16);
    s1 = rotl(s1, 37);
    const p = room + (<usize>(drawn >>> shift) << 3);
    let gap = load<i64>(p);
    if (gap !== load<i64>(p, 8)) gap = gapOf(drawn, scale);
    col += 1 + gap;
    while (col >= <i64>cols && row < rows) {
      col -= cols;
      k = at(oldPtr, ++row);
      put(rowPtr, row, nnz);
    }
    if (row === rows) break;
    const end = at(oldPtr, row + 1);
    while (k < end && at(oldIdx, k) < <u32>col) k++;
    if (k < end && at(oldIdx, k) === <u32>col && stayed(survivors, k)) continue;
    if (nnz < most) put(colIdx, nnz, <u32>col);
    nnz++;
  }
  store<u64>(state, s0);
  store<u64>(state, s1, 8);
}
