import { METHODS } from "../../train/methods.js";
import { check } from "../../util/check.js";
import { shown } from "../../util/shown.js";
import { JOB_DEVICES } from "./job.js";

/** What a field may hold, and how a message says it. */
const KINDS = {
  text: { fits: (value: unknown) => typeof value === "string", said: "a text" },
  number: { fits: Number.isFinite, said: "a finite number" },
  count: { fits: (value: unknown) => Number.isInteger(value) && Number(value) >= 0, said: "a whole number" },
  object: { fits: (value: unknown) => isObject(value), said: "an object of fields" },
  truth: { fits: (value: unknown) => typeof value === "boolean", said: "true or false" },
  outcomes: { fits: (value: unknown) => typeof value === "string" && /^[01]+$/.test(value), said: 'a text of "0" and "1"' },
  method: { fits: (value: unknown) => METHODS.some((method) => method === value), said: `one of ${METHODS.join(", ")}` },
  device: { fits: (value: unknown) => JOB_DEVICES.some((name) => name === value), said: `one of ${JOB_DEVICES.join(", ")}` },
} as const;

type Kind = keyof typeof KINDS;

/** Kinds by path: "a.b", "a[].b" of every item of a list (which has some), "a?.b" where a may be null, "a??.b" where it may be absent too. */
export type Fields = Readonly<Record<string, Kind>>;

/** Throws unless lists are of one length. */
export function checkLengths(lists: readonly (readonly number[])[], where: string): void {
  const lengths = lists.map(({ length }) => length);
  check(new Set(lengths).size === 1, where, () => `its lists have ${lengths.join(", ")} items, expected as many in each`);
}

export function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Throws a usage error "where: field ..." unless a value that came from elsewhere has these fields, and can be written as JSON again. */
export function checkFields(value: unknown, fields: Fields, where: string): void {
  for (const [path, kind] of Object.entries(fields)) checkField(value, path.split("."), kind, where, "");
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

/** Checks the rest of a path below `value`, which is at `at`. */
function checkField(value: unknown, [part, ...rest]: readonly string[], kind: Kind, where: string, at: string): void {
  if (part === undefined) {
    check(KINDS[kind].fits(value), `${where}: ${at}`, () => `${shown(value)} is not ${KINDS[kind].said}`);
    return;
  }
  const place = at === "" ? where : `${where}: ${at}`;
  check(isObject(value), place, () => `${shown(value)} is not ${KINDS.object.said}`);
  const [, name, list, may] = /^(\w+)(\[\])?(\?{0,2})$/.exec(part) as RegExpExecArray;
  const inner: unknown = Object.hasOwn(value, name) ? value[name as keyof typeof value] : undefined;
  const path = at === "" ? name : `${at}.${name}`;
  if ((may !== "" && inner === null) || (may === "??" && inner === undefined)) return;
  if (!list) {
    checkField(inner, rest, kind, where, path);
    return;
  }
  check(Array.isArray(inner) && inner.length > 0, `${where}: ${path}`, () => `${shown(inner)} is not a list with items`);
  inner.forEach((item, i) => {
    checkField(item, rest, kind, where, `${path}[${i}]`);
  });
}
