import type { TypedData } from "./buffer.js";
import type { Kernel } from "./kernel.js";
import { placeAt } from "./place.js";

/** A dispatch's share of one member: its params, and the element of each binding that stands for its first. */
export interface Share {
  readonly params: Readonly<Record<string, number>>;
  readonly from: Readonly<Record<string, number>>;
}

/** A dispatch as shares that do the same one after another: one per member where it has several, else itself. */
export function sharesOf(
  { member }: Kernel,
  params: Readonly<Record<string, number>>,
  { MEMBERS = 1 }: Readonly<Record<string, number>>,
  places: Uint32Array,
): Share[] {
  if (!member || MEMBERS === 1) return [{ params, from: {} }];
  return Array.from({ length: MEMBERS }, (_, j) => {
    const own = member(placeAt(places, j), params, j);
    return { params: { ...params, ...(own.params as Share["params"]) }, from: own.from as Share["from"] };
  });
}

/** The arrays of a share. */
export function arraysFrom<T extends TypedData>(arrays: Readonly<Record<string, T>>, { from }: Share): Record<string, T> {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [name, array.subarray(from[name] ?? 0) as T]));
}
