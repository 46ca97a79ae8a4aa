import { shown } from "./shown.js";
import type { FloatArray } from "./types.js";

/**
 * Failures that programs react to: training diverged, the device is gone, its memory ran out, or it computes a kernel wrong.
 */
export type FailureCode = "diverged" | "device-lost" | "out-of-memory" | "wrong-kernel";

/**
 * An error a user can act on. `kind` "usage" means that the input is wrong (exit code 2 on the command line).
 * "failure" means that a correct request could not be met (exit code 1). `code` names a failure that a program can act on.
 */
export class CoppiceError extends Error {
  override readonly name = "CoppiceError";
  constructor(
    message: string,
    readonly kind: "usage" | "failure" = "usage",
    readonly code?: FailureCode,
  ) {
    super(message);
  }
}

/** Whether an error is the failure of that code. */
export function failedWith(error: unknown, code: FailureCode): error is CoppiceError {
  return error instanceof CoppiceError && error.code === code;
}

/** Throws a usage error "where: message" unless `condition` holds. The message says what is, what was expected and what to do. */
export function check(condition: boolean, where: string, message: () => string): asserts condition {
  if (!condition) throw new CoppiceError(`${where}: ${message()}`);
}

/** Throws unless `value` is an integer in [min, max]. */
export function checkInteger(value: number, where: string, min: number, max = Number.MAX_SAFE_INTEGER): void {
  check(Number.isInteger(value) && value >= min && value <= max, where, () => {
    return `${shown(value)} is not an integer ${range(min, max)}`;
  });
}

/** Throws unless `value` is a finite number in [min, max] (or in the open interval when `open`). */
export function checkNumber(value: number, where: string, min = -Infinity, max = Infinity, open = false): void {
  const inside = () => (open ? value > min && value < max : value >= min && value <= max); // of numbers alone: others are converted
  check(typeof value === "number" && Number.isFinite(value) && inside(), where, () => {
    const between = max === Infinity ? `above ${min}` : `strictly between ${min} and ${max}`;
    const bounds = open ? between : range(min, max);
    return `${shown(value)} is not a finite number ${min === -Infinity && max === Infinity ? "" : bounds}`.trimEnd();
  });
}

function range(min: number, max: number): string {
  if (max === Number.MAX_SAFE_INTEGER || max === Infinity) return `of at least ${min}`;
  if (min === -Infinity) return `of at most ${max}`;
  return `from ${min} to ${max}`;
}

/** Throws unless `value` is a number of at least `least`, or Infinity: memory or time for which there may be no limit. */
export function checkLimit(value: number, where: string, least = 0): void {
  check(typeof value === "number" && value >= least, where, () => `${shown(value)} is not a number of at least ${least}`);
}

/** Throws unless `value` is true or false. */
export function checkBoolean(value: boolean, where: string): void {
  check(typeof value === "boolean", where, () => `${shown(value)} is neither true nor false`);
}

/** Throws unless `value` is a text. */
export function checkText(value: string, where: string): void {
  check(typeof value === "string", where, () => `${shown(value)} is no text`);
}

/** Throws unless `value` is a list of texts, `count` of them where that is given. */
export function checkTexts(value: readonly string[], where: string, count?: number): void {
  check(Array.isArray(value), where, () => `${shown(value)} is no list of texts`);
  check(count === undefined || value.length === count, where, () => `holds ${value.length} texts, expected ${count}`);
  for (let i = 0; i < value.length; i++)
    check(typeof value[i] === "string", where, () => `item ${i} is ${shown(value[i])}, not a text; convert it with String()`);
}

/** Whether `value` is an array or a typed array. */
export function isList(value: unknown): value is ArrayLike<unknown> {
  return Array.isArray(value) || (ArrayBuffer.isView(value) && "length" in value);
}

/** Throws unless `value` is a function. */
export function checkFunction(value: unknown, where: string): void {
  check(typeof value === "function", where, () => `${shown(value)} is no function`);
}

/** Throws unless `value` is the signal of an AbortController. */
export function checkSignal(value: AbortSignal, where: string): void {
  const fits = typeof value?.aborted === "boolean" && typeof value.throwIfAborted === "function";
  check(fits, where, () => `${shown(value)} is no AbortSignal; give the signal of an AbortController`);
}

/** Whether `value` is an object with fields. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
}

/** Throws unless `value` is an object with fields, `what` for the message. */
export function checkObject(value: object, where: string, what = "object"): void {
  check(isRecord(value), where, () => `${shown(value)} is no ${what}`);
}

/** The typed arrays that are asked for. */
type TypedArray = Float32Array | Float64Array | Uint32Array | Uint8Array;

/** Throws unless `value` is a typed array of `Type`, of `length` elements where that is given; one whose memory was handed over has none. */
export function checkTyped<T extends TypedArray>(
  value: T,
  Type: abstract new (...args: never[]) => T,
  where: string,
  length?: number,
): void {
  check(ArrayBuffer.isView(value) && value instanceof Type, where, () => `${shown(value)} is no ${Type.name}`);
  check(length === undefined || value.length === length, where, () => `holds ${value.length} elements, expected ${length}`);
}

/** Whether `value` is a float array. */
export function isFloats(value: unknown): value is FloatArray {
  return ArrayBuffer.isView(value) && (value instanceof Float32Array || value instanceof Float64Array);
}

/** Throws unless `value` is a float array, of `length` elements where that is given. */
export function checkFloats(value: FloatArray, where: string, length?: number): void {
  check(isFloats(value), where, () => `${shown(value)} is neither a Float32Array nor a Float64Array`);
  check(length === undefined || value.length === length, where, () => `holds ${value.length} elements, expected ${length}`);
}

/** Throws unless `value` is one of `allowed`; the message names the nearest allowed value. */
export function checkOneOf<T extends string>(value: string, allowed: readonly T[], where: string): asserts value is T {
  check((allowed as readonly string[]).includes(value), where, () => unknownName(value, allowed));
}

/** What is wrong with a name that is none of those allowed, with the nearest of them. */
export function unknownName(value: unknown, allowed: readonly string[]): string {
  return `${shown(value)} is unknown; ${didYouMean(value, allowed)}choose one of ${allowed.join(", ")}`;
}

/** Throws unless `options` is an object whose keys are all among those of `known`, naming the nearest: a misspelt option would otherwise be ignored. */
export function checkKeys<T extends object>(options: T, known: Record<keyof T, unknown>, where: string): void {
  checkObject(options, where, "object of options");
  for (const key of Object.keys(options)) checkOneOf(key, Object.keys(known), where);
}

/** No name that is allowed is longer; a distance takes the product of two lengths. */
const LONGEST_NAME = 200;

/** `did you mean "near"? `: the allowed name at the smallest edit distance from `name`; "" when none is within half of its length. */
export function didYouMean(name: unknown, allowed: readonly string[]): string {
  if (typeof name !== "string" || name.length > LONGEST_NAME) return "";
  let best: string | undefined;
  let bestDistance = Math.max(2, name.length / 2);
  for (const candidate of allowed) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance <= bestDistance) [best, bestDistance] = [candidate, distance - 1e-9];
  }
  return best === undefined ? "" : `did you mean "${best}"? `;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length];
}
