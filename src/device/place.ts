/**
 * Where one member's part of a layer lies, where networks of the same kind are stacked to one: its outputs, inputs and connections among
 * those of all members (docs/decisions/block-diagonal-members.md).
 */
export interface Place {
  readonly rowStart: number;
  readonly rows: number;
  readonly colStart: number;
  readonly cols: number;
  readonly slotStart: number;
  readonly slots: number;
  /** Streams of the dropout masks of the layer's outputs, and of the outputs of the layer below. */
  readonly stream: number;
  readonly streamBelow: number;
}

/** The fields of a place in the order of `struct Place` in shaders/common.wgsl. */
const FIELDS = ["rowStart", "rows", "colStart", "cols", "slotStart", "slots", "stream", "streamBelow"] as const;

/** What binding `places` holds: eight words per member. */
export function placesTable(places: readonly Place[]): Uint32Array {
  return Uint32Array.from(places.flatMap((place) => FIELDS.map((field) => place[field])));
}

/** Place of a member in such a table. */
export function placeAt(table: Uint32Array, member: number): Place {
  return Object.fromEntries(FIELDS.map((field, k) => [field, table[FIELDS.length * member + k]])) as unknown as Place;
}
