import * as v from "valibot";
import { CoppiceError, isRecord, unknownName } from "../util/check.js";
import { shown } from "../util/shown.js";

/** Ends of a range of numbers: the numbers themselves (`min`, `max`) or all between them (`above`, `below`). */
export interface Bounds {
  readonly min?: number;
  readonly max?: number;
  readonly above?: number;
  readonly below?: number;
}

/** What a value may be. Valibot does the work; its types stay in this file, because the package brings no copy of them. */
export interface Schema<T> {
  /** The values it takes, as a message's end: "a finite number above 0". */
  readonly takes: string;
  readonly kind:
    | "number"
    | "integer"
    | "bytes"
    | "seconds"
    | "period"
    | "boolean"
    | "text"
    | "column"
    | "image"
    | "name"
    | "list"
    | "record"
    | "other";
  readonly bounds?: Bounds;
  /** The names to choose from. */
  readonly names?: readonly string[];
  /** Of a list: what its items may be. */
  readonly item?: Schema<unknown>;
  /** What is kept of a value that fits, if that is another. */
  settle?(value: T): T;
  readonly valibot: object;
  /** Holds the type alone; it has no value. */
  readonly type?: T;
}

/** The type of a schema's values. */
export type ValueOf<S> = S extends Schema<infer T> ? T : never;

type Inner<T> = v.GenericSchema<unknown, T>;
const inner = <T>(schema: Schema<T>) => schema.valibot as Inner<T>;
const say = (takes: string) => (issue: v.BaseIssue<unknown>) => `${shown(issue.input)} is not ${takes}`;

/** What is wrong with a value, and where within it; undefined where nothing is. */
export function problemOf(
  schema: Schema<unknown>,
  value: unknown,
): { readonly at: string; readonly message: string } | undefined {
  return firstOf(v.safeParse(inner(schema), value, { abortEarly: true }));
}

function firstOf({ issues }: v.SafeParseResult<Inner<unknown>>) {
  if (!issues) return undefined;
  const at = (issues[0].path ?? []).map(({ key }) => (typeof key === "number" ? `[${key}]` : `.${key}`));
  return { at: at.join("").replace(/^\./, ""), message: issues[0].message };
}

/** What a schema takes of a value: its fields, and nothing else. Throws as `read` does. */
export function take<T>(schema: Schema<T>, value: unknown, where: string): T {
  const result = v.safeParse(inner(schema), value, { abortEarly: true });
  const problem = firstOf(result);
  if (problem)
    throw new CoppiceError(
      `${where}${problem.at.startsWith("[") ? "" : ": "}${problem.at}${problem.at && ": "}${problem.message}`,
    );
  return result.output as T;
}

/** The value, as it is. Throws a usage error "where: field: ..." that says what is and what was expected, unless it fits. */
export function read<T>(schema: Schema<T>, value: unknown, where: string): T {
  take(schema, value, where);
  return value as T;
}

/** A finite number within bounds. */
export function number(bounds: Bounds = {}): Schema<number> {
  const takes = `a finite number ${inWords(bounds)}`.trimEnd();
  return { kind: "number", takes, bounds, valibot: v.pipe(v.number(say(takes)), v.finite(say(takes)), within(bounds, takes)) };
}

/** The least number above 0 that no device takes for 0 in 32 bits. */
const LEAST = 2 ** -126;

/** A finite number within bounds that devices compute with: in 32 bits it still is one, and is 0 only if it was. */
export function float32(bounds: Bounds = {}): Schema<number> {
  const schema = number(bounds);
  const rounded = (value: number) => (Math.abs(value) < LEAST ? 0 : Math.fround(value));
  const stays = (value: number) => {
    const single = rounded(value);
    return Number.isFinite(single) && isWithin(single, bounds) && (single === 0) === (value === 0);
  };
  const problem = ({ input }: v.BaseIssue<number>) => {
    const tiny = input !== 0 && rounded(input) === 0 ? `; the least above 0 is ${LEAST.toPrecision(3)}` : "";
    return `${input} is ${rounded(input)} in 32 bits, which devices compute in; expected ${schema.takes}${tiny}`;
  };
  return { ...schema, valibot: v.pipe(inner(schema), v.check(stays, problem)) };
}

/** A whole number within bounds. */
export function integer(bounds: Bounds = {}): Schema<number> {
  const takes = `an integer ${inWords(bounds)}`.trimEnd();
  return {
    kind: "integer",
    takes,
    bounds,
    valibot: v.pipe(v.number(say(takes)), v.safeInteger(say(takes)), within(bounds, takes)),
  };
}

/** An amount of memory: a whole number above 0. */
export function bytes(): Schema<number> {
  return { ...integer({ min: 1 }), kind: "bytes" };
}

/** Seconds, which the command line reads with their unit: 90s, 10m, 1h. */
export function seconds(): Schema<number> {
  return { ...number({ above: 0 }), kind: "seconds" };
}

const isWithin = (value: number, { min, max, above, below }: Bounds) =>
  value >= (min ?? -Infinity) && value <= (max ?? Infinity) && value > (above ?? -Infinity) && value < (below ?? Infinity);

function within(bounds: Bounds, takes: string) {
  return v.check((value: number) => isWithin(value, bounds), say(takes));
}

function inWords({ min, max, above, below }: Bounds): string {
  if (above !== undefined && below !== undefined) return `strictly between ${above} and ${below}`;
  const end = max !== undefined ? `to ${max}` : `to below ${below}`;
  if (above !== undefined) return max === undefined ? `above ${above}` : `above ${above} and at most ${max}`;
  if (min === undefined) return "";
  return max === undefined && below === undefined ? `of at least ${min}` : `from ${min} ${end}`;
}

/** A number of at least `least`, or Infinity: memory or time for which there may be no limit. */
export function limit(least = 0): Schema<number> {
  return custom((value) => typeof value === "number" && value >= least, `a number of at least ${least}`);
}

/** true or false. */
export function flag(): Schema<boolean> {
  const takes = "true or false";
  return { kind: "boolean", takes, valibot: v.boolean(say(takes)) };
}

/** A text, of a pattern that `takes` puts in words. */
export function text(pattern = /^/, takes = "a text"): Schema<string> {
  return { kind: "text", takes, valibot: v.pipe(v.string(say(takes)), v.regex(pattern, say(takes))) };
}

/** One of these names; the message has the nearest. */
export function oneOf<const T extends string>(names: readonly T[]): Schema<T> {
  const message = (issue: v.BaseIssue<unknown>) => unknownName(issue.input, names);
  return { kind: "name", takes: `one of ${names.join(", ")}`, names, valibot: v.picklist(names, message) };
}

/** How many items a list has, and what it is called where that is more than a list. */
interface Count {
  readonly least?: number;
  readonly length?: number;
  readonly takes?: string;
}

/** A list of such items, of at least `least`, or of just so many. */
export function list<T>(item: Schema<T>, count: Count = {}): Schema<readonly T[]> {
  const {
    least = 0,
    length,
    takes = length !== undefined ? `a list of ${length}` : least > 0 ? "a list with items" : "a list",
  } = count;
  const counted = (values: T[]) => values.length >= least && values.length === (length ?? values.length);
  const array = v.array(inner(item), say(takes));
  const valibot = v.pipe(array, v.check(counted, say(takes)));
  return { kind: "list", takes, item, valibot };
}

type Fields = Readonly<Record<string, Schema<unknown>>>;
/** An object of fields, those of optional ones that may be absent. */
export type RecordOf<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

/** An object that has these fields, and may have others unless it is `only` these. */
export function record<F extends Fields>(fields: F, { only = false } = {}): Schema<RecordOf<F>> {
  const takes = "an object of fields";
  const names = Object.keys(fields);
  const entries = Object.fromEntries(names.map((key) => [key, inner(fields[key])]));
  const missing = ({ path }: v.BaseIssue<unknown>) => problemOf(fields[path?.at(-1)?.key as string], undefined)?.message ?? "";
  const other = (value: unknown) => (only ? Object.keys(value as object).find((key) => !names.includes(key)) : undefined);
  const known = v.check<object, (issue: v.BaseIssue<unknown>) => string>(
    (value) => other(value) === undefined,
    ({ input }) => unknownName(other(input), names),
  );
  const object = v.custom<object>(isRecord, say(takes));
  return { kind: "record", takes, valibot: v.pipe(object, known, v.object(entries, missing)) };
}

/** What fits a schema, or null. */
export function nullable<T>(schema: Schema<T>): Schema<T | null> {
  return { ...(schema as Schema<T | null>), valibot: v.nullable(inner(schema)) };
}

/** What fits a schema, or nothing: a field that may be absent. */
export function optional<T>(schema: Schema<T>): Schema<T | undefined> {
  return { ...(schema as Schema<T | undefined>), valibot: v.optional(inner(schema)) };
}

/** What fits a schema, or null, or nothing. */
export function maybe<T>(schema: Schema<T>): Schema<T | null | undefined> {
  return { ...(schema as Schema<T | null | undefined>), valibot: v.nullish(inner(schema)) };
}

/** Any value: looked at elsewhere, or by nobody. */
export function anything(): Schema<unknown> {
  return { kind: "other", takes: "anything", valibot: v.unknown() };
}

/** What a function says of a value, for which `takes` has the words. */
export function custom<T>(fits: (value: unknown) => boolean, takes: string): Schema<T> {
  return { kind: "other", takes, valibot: v.custom<T>(fits, say(takes)) };
}

/** What a function finds wrong with a value, in its own words; undefined where nothing is. */
export function checkedBy<T>(problem: (value: unknown) => string | undefined, takes: string): Schema<T> {
  const valibot = v.custom<T>(
    (value) => problem(value) === undefined,
    ({ input }) => problem(input) ?? "",
  );
  return { kind: "other", takes, valibot };
}
