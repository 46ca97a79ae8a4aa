import type { Dispatch } from "../device/kernel.js";
import { check } from "../util/check.js";
import { shown } from "../util/shown.js";

/** What a piece has the device do. Throws unless that is something: the buffer that it is to write would stay 0. */
export function checkDispatches(dispatches: readonly Dispatch[] | undefined, where: string): readonly Dispatch[] {
  const given = Array.isArray(dispatches) && dispatches.length > 0;
  check(given, where, () => {
    return `gives ${shown(dispatches)} as dispatches, expected a list with at least one; kernel.on({ ... }) makes one`;
  });
  return dispatches;
}
