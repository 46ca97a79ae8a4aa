import type { Allotment } from "./allocator.js";

/**
 * `total` in whole parts in proportion to `weights` (by room where all that still have some weigh 0), none above its `room`: what one cannot take is
 * dealt again among the others. Fractions go to the largest, the first among equals. Where all rooms together are less, they are filled.
 */
export function deal(total: number, weights: readonly number[], room: readonly number[]): number[] {
  const parts = room.map(() => 0);
  let left = total;
  for (let open = [...room.keys()].filter((i) => room[i] > 0); left > 0 && open.length > 0; ) {
    const by = open.some((i) => weights[i] > 0) ? weights : room;
    const whole = open.reduce((sum, i) => sum + by[i], 0);
    const ideal = (i: number) => (left * by[i]) / whole;
    const full = open.filter((i) => ideal(i) >= room[i]);
    if (full.length === 0) return dealOut(left, parts, open, ideal);
    for (const i of full) parts[i] = room[i];
    left -= full.reduce((sum, i) => sum + room[i], 0);
    open = open.filter((i) => parts[i] === 0);
  }
  return parts;
}

/** Whole parts of `left` for `open`, whose ideal parts all fit. */
function dealOut(left: number, parts: number[], open: readonly number[], ideal: (i: number) => number): number[] {
  const fraction = (i: number) => ideal(i) - Math.floor(ideal(i));
  for (const i of open) parts[i] = Math.floor(ideal(i));
  const over = left - open.reduce((sum, i) => sum + parts[i], 0);
  const first = [...open].sort((a, b) => fraction(b) - fraction(a) || a - b);
  for (const i of first.slice(0, over)) parts[i]++;
  return parts;
}

/** The layers with as many connections as they are to fall to, as far as pruning leaves no more of one, and there are cells. */
export function dealGoals(layers: readonly Allotment[]): number[] {
  const missing = layers.reduce((sum, { goal, left }) => sum + goal - left, 0);
  const room = layers.map(({ goal, left, cells }) => Math.max(0, Math.min(goal, cells) - left));
  const grown = deal(Math.max(0, missing), room, room);
  return layers.map(({ left }, i) => left + grown[i]);
}

/** The layers with as many connections together as before: what is missing grows in proportion to `weights`, as far as there is room. */
export function dealMissing(layers: readonly Allotment[], weights: readonly number[]): number[] {
  const missing = layers.reduce((sum, { before, left }) => sum + before - left, 0);
  const fits = layers.reduce((sum, { room }) => sum + room, 0) >= missing; // where it does not, growth that comes first is refused
  const grown = deal(
    missing,
    weights,
    layers.map(({ room, cells, left }) => (fits ? room : cells - left)),
  );
  return layers.map(({ left }, i) => left + grown[i]);
}
