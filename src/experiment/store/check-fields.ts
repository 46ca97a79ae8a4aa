import { oneOf, read, type Schema, text } from "../../options/schema.js";
import { check } from "../../util/check.js";
import { JOB_DEVICES } from "../run/job.js";

/** Kinds of values in results. */
export const device = oneOf(JOB_DEVICES);
export const outcomes = text(/^[01]+$/, 'a text of "0" and "1"');

/** Throws unless lists are of one length. */
export function checkLengths(lists: readonly (readonly number[])[], where: string): void {
  const lengths = lists.map(({ length }) => length);
  check(new Set(lengths).size === 1, where, () => `its lists have ${lengths.join(", ")} items, expected as many in each`);
}

/** Throws a usage error "where: field: ..." unless a value that came from elsewhere fits, and can be written as JSON again. */
export function checkFields(value: unknown, schema: Schema<unknown>, where: string): void {
  read(schema, value, where);
  check(canBeWritten(value), where, () => "has lists or objects within each other too deeply to be written again");
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
