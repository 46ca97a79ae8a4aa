import { CoppiceError, isRecord } from "../util/check.js";

type Call = (this: unknown, ...args: unknown[]) => unknown;

/**
 * A piece of the user's own, or a part of it, whose functions say whose they are if they throw: else nobody could tell them from coppice's.
 * Errors of coppice that pass through them stay as they are. `isBuiltIn` tells parts that are not the user's.
 */
export function guardPiece<T>(part: T, title: string, isBuiltIn: (part: object) => boolean): T {
  if (typeof part === "function") return guardCall(part as unknown as Call, title) as T;
  const guard = (inner: unknown, key: string) => guardPiece(inner, `${title}: ${key}`, isBuiltIn);
  if (Array.isArray(part))
    return part.map((inner, i) => guard(inner, isRecord(inner) ? String(inner.name ?? i) : String(i))) as T;
  if (!isRecord(part) || isBuiltIn(part) || !(isPlain(part) || typeof part.name === "string")) return part;
  const own = keysOf(part).map((key) => [key, { value: guard(part[key], key), enumerable: true, writable: true }]);
  return Object.create(part, Object.fromEntries(own)) as T;
}

function guardCall(call: Call, title: string): Call {
  const blame = (error: unknown): never => {
    if (error instanceof CoppiceError) throw error;
    const message = error instanceof Error ? `${error.name === "Error" ? "" : `${error.name}: `}${error.message}` : String(error);
    throw new CoppiceError(`${title} threw: ${message}`, "failure");
  };
  return function (this: unknown, ...args) {
    try {
      const result = call.apply(this, args);
      return result instanceof Promise ? result.catch(blame) : result;
    } catch (error) {
      return blame(error);
    }
  };
}

const isPlain = (value: object) => [Object.prototype, null].includes(Object.getPrototypeOf(value));

/** Names of the fields and methods of an object, which may be an instance of a class. */
function keysOf(value: object): string[] {
  const parent: object | null = Object.getPrototypeOf(value);
  const inherited = parent === null || parent === Object.prototype ? [] : keysOf(parent);
  return [...new Set([...inherited, ...Object.getOwnPropertyNames(value)])].filter((key) => key !== "constructor");
}
