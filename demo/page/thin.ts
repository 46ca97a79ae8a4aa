/** Values of a line, one an item. */
type Line<Item> = (item: Item) => number | null;

/** Buckets that a long curve is parted into: about one for every two pixels of a chart. */
const BUCKETS = 200;

/**
 * Picks the items of a growing list that are drawn: of each bucket those where a line is least and where it is largest, with the first and the
 * last item. So no peak is lost, and few points are drawn of 100,000. A call looks at what was added since the one before.
 */
export function createThinner<Item>(lines: readonly Line<Item>[]): (items: readonly Item[]) => readonly number[] {
  let first: Item | undefined;
  let seen = 0;
  let width = 1;
  let buckets: (readonly number[])[] = [];
  return (items) => {
    if (items[0] !== first || items.length < seen) [first, seen, width, buckets] = [items[0], 0, 1, []];
    const extremes = (places: readonly number[]) => lines.flatMap((line) => extremesOf(places, (i) => line(items[i])));
    for (; seen < items.length; seen++) {
      const bucket = Math.floor(seen / width);
      buckets[bucket] = extremes([...(buckets[bucket] ?? []), seen]);
      if (buckets.length <= BUCKETS) continue;
      width *= 2;
      const halves = buckets;
      buckets = Array.from({ length: Math.ceil(halves.length / 2) }, (_, b) => extremes(halves.slice(2 * b, 2 * b + 2).flat()));
    }
    const ends = items.length > 0 ? [0, items.length - 1] : [];
    return [...new Set([...ends, ...buckets.flat()])].sort((a, b) => a - b);
  };
}

/** Where a line is least and where it is largest; nowhere if it has no value. */
function extremesOf(places: readonly number[], value: (place: number) => number | null): number[] {
  let [least, largest] = [-1, -1];
  let [low, high] = [Infinity, -Infinity];
  for (const place of places) {
    const one = value(place);
    if (one === null) continue;
    if (one < low) [least, low] = [place, one];
    if (one > high) [largest, high] = [place, one];
  }
  return least < 0 ? [] : [least, largest];
}
