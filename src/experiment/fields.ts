import { integer, list, read, type Schema } from "../options/schema.js";
import { check } from "../util/check.js";

/** How many there are. */
export const count = integer({ min: 0 });
/** A list, which has items. */
export const some = <T>(item: Schema<T>) => list(item, { least: 1 });

/** Throws unless lists are of one length. */
export function checkLengths(lists: readonly (readonly number[])[], where: string): void {
  const lengths = lists.map(({ length }) => length);
  check(new Set(lengths).size === 1, where, () => `its lists have ${lengths.join(", ")} items, expected as many in each`);
}

/** A value that came from elsewhere. Throws a usage error "where: field: ..." unless it fits, and can be written as JSON again. */
export function checkFields<T>(value: unknown, schema: Schema<unknown>, where: string): T {
  read(schema, value, where);
  check(canBeWritten(value), where, () => "has lists or objects within each other too deeply to be written again");
  return value as T;
}

/** JSON.parse takes any depth, JSON.stringify what the stack holds; fields that reports do not use are kept in archives too. */
function canBeWritten(value: unknown): boolean {
  try {
    JSON.stringify(value);
    return true;
  } catch {
    return false;
  }
}
