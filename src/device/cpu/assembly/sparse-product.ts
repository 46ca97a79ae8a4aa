import { addRows, addScaledRows } from "./add-rows";
import { fill } from "./lanes";

// Sparse products with a batch. Arrays are addresses, batches are in quads of samples; every output element belongs to one item, whatever
// the range of items of a call, so how the items are dealt to threads changes no bit.

/** Quads of an item: their sums stay in registers while the connections go by. */
const TILE: u32 = 8;

/** Where the dropout identity of a row is: the stream of its masks, and its number there. */
@inline
export function identity(starts: usize, identityAt: u32, row: u32): usize {
  return starts + ((identityAt + 2 * row) << 2);
}

/**
 * The items [begin, end) of a product with `rows` rows: tile after tile of the batch, in each one item a segment of a long row, then one a row,
 * so that threads share one slice of x. The entries of row r are those of idx (and of values, by `perm` unless that is null) from starts[r] on;
 * a segment's sum goes to `partial`, and a dispatch with JOIN ends its row.
 */
@inline
export function product<P>(begin: u32, end: u32, p: P, rows: u32, starts: usize, idx: usize, perm: usize, x: usize, partial: usize): void {
  if (begin >= end) return;
  const quads = p.quads;
  const stride = quads << 4;
  const values = p.values;
  const segments = p.segments;
  const table = starts + (p.tableAt << 2);
  const split = p.SPLIT;
  const join = p.JOIN;
  let tile = begin / (segments + rows);
  let unit = begin % (segments + rows);
  for (let item = begin; item < end; item++) {
    const width = min(TILE, quads - tile * TILE);
    const from = tile * TILE << 4;
    const listed = unit < segments;
    const entry = listed ? table + unit * 12 : starts + ((unit - segments) << 2);
    const row = listed ? load<u32>(entry) : unit - segments;
    const first = listed ? load<u32>(entry, 4) : load<u32>(entry);
    const last = listed ? load<u32>(entry, 8) : load<u32>(entry, 4);
    const isSegment = listed && !join;
    if (listed || split == 0 || last - first <= split) {
      let out = partial + unit * stride + from;
      if (isSegment) fill(out, width, 0);
      else out = p.start(row, from, width);
      if (join) addRows(out, width, partial + from, stride, first, last);
      else addScaledRows(out, width, values, perm, x + from, idx, stride, first, last);
      if (!isSegment) p.end(out, width, tile * TILE, row);
    }
    if (++unit == segments + rows) {
      unit = 0;
      tile++;
    }
  }
}
