import { check, checkKeys } from "../util/check.js";
import { optional, problemOf, type Schema } from "./schema.js";

/** A choice that is left to the user: declared once, here is all that is known of it. */
export interface Option<T = unknown, N extends string = string> {
  readonly schema: Schema<T>;
  /** The value where none is given; a function makes it of the options before it, and of the data. */
  readonly fallback: T | ((settled: never) => T);
  /** One sentence for `--help`, the docs and the page. */
  readonly help: string;
  /** Its name where options stand flat, if another than its key: in flags, in config.json, in suites, in the page. */
  readonly name?: N;
  /** What the value of its flag is called. */
  readonly unit?: string;
  /** What messages call it, if another than its key in words. */
  readonly said?: string;
  /** The fallback in words, where it is a function. */
  readonly otherwise?: string;
}

type More<N extends string> = Pick<Option<unknown, N>, "name" | "unit" | "said" | "otherwise">;

/** Declares an option. */
export function option<T, const N extends string = never>(
  schema: Schema<T>,
  fallback: NoInfer<T> | ((settled: never) => NoInfer<T>),
  help: string,
  more: More<N> = {},
): Option<T, N> {
  return { schema, fallback, help, ...more };
}

/** Options by their keys. */
export type Options = Readonly<Record<string, Option>>;
type TypeOf<O> = O extends Option<infer T, infer _N> ? T : never;
/** Every option with a value. */
export type Settled<O> = { readonly [K in keyof O]: TypeOf<O[K]> };
/** Some options with values. */
export type Given<O> = { readonly [K in keyof O]?: TypeOf<O[K]> };
/** Some options with values, by their flat names. */
export type Flat<O> = {
  readonly [K in keyof O as O[K] extends Option<infer _T, infer N> ? ([N] extends [never] ? K : N) : K]?: TypeOf<O[K]>;
};

/**
 * Fills in what is not given, and checks every value; names that are none of the options' are left to `checkKeys`. `known` is what fallbacks
 * depend on beside the options before theirs; `where` begins messages. Throws a usage error.
 */
export function settle<O extends Options>(options: O, given: Given<O>, known: object = {}, where = ""): Settled<O> {
  const values: Record<string, unknown> = {};
  for (const [key, { schema, fallback }] of Object.entries(options)) {
    const filled = () => (typeof fallback === "function" ? fallback({ ...known, ...values } as never) : fallback);
    const value = given[key] === undefined ? filled() : given[key];
    const problem = problemOf(schema, value);
    const said = saidOf(options, key);
    check(problem === undefined, where === "" ? said : `${where}: ${said}`, () => problem?.message ?? "");
    values[key] = schema.settle ? schema.settle(value) : value;
  }
  return values as Settled<O>;
}

/** As `settle`, where no other names may be given; `what` says what these options are of. */
export function settleAll<O extends Options>(options: O, given: Given<O>, what: string, known: object = {}): Settled<O> {
  checkKeys(given, options, `${what} option`);
  return settle(options, given, known);
}

/** The values that are not the defaults. */
export function changed<O extends Options>(options: O, values: Settled<O>): Given<O> {
  const entries = Object.entries(options).filter(([key, { fallback }]) => values[key] !== fallback);
  return Object.fromEntries(entries.map(([key]) => [key, values[key]])) as Given<O>;
}

/** The values of these options among others. */
export function givenOf<O extends object, V extends object>(options: O, values: V): Pick<V, keyof O & keyof V> {
  const keys = Object.keys(options).filter((key) => key in values);
  return Object.fromEntries(keys.map((key) => [key, values[key as keyof V]])) as Pick<V, keyof O & keyof V>;
}

/** The schemas of options: of a file that leaves none out. */
export function schemasOf<O extends Options>(options: O): { readonly [K in keyof O]: Schema<TypeOf<O[K]>> } {
  return Object.fromEntries(Object.entries(options).map(([key, { schema }]) => [key, schema])) as never;
}

/** The schemas of options: of a file that names only those that are not at their default. */
export function optionalsOf<O extends Options>(options: O): { readonly [K in keyof O]: Schema<TypeOf<O[K]> | undefined> } {
  return Object.fromEntries(Object.entries(options).map(([key, { schema }]) => [key, optional(schema)])) as never;
}

/** What messages call an option. */
export function saidOf(options: Options, key: string): string {
  return options[key].said ?? key.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** An option in a sentence, with the names to choose from and what is taken where none is given. */
export function describe({
  schema: { names, kind },
  fallback,
  help,
  otherwise,
}: Pick<Option, "schema" | "fallback" | "help" | "otherwise">): string {
  const choices = names ? `: ${names.join(", ")}` : "";
  const value = otherwise ?? (kind === "boolean" ? undefined : fallback);
  return `${help}${choices}${value === undefined ? "" : ` (default ${value})`}`;
}
