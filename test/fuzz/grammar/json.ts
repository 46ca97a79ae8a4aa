import * as fc from "fast-check";

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const VALUES: readonly Json[] = [
  null,
  true,
  false,
  -1,
  0,
  1,
  0.5,
  2 ** 31,
  2 ** 32,
  2 ** 53,
  1e308,
  -1e308,
  "",
  "0",
  "F32",
  "__proto__",
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  [2 ** 53, 2 ** 53],
  "x".repeat(300),
];
const KEYS = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "0", "length"];
const DEEP = 20_000;

export interface JsonMutation {
  readonly how: "none" | "value" | "key" | "drop" | "repeat" | "deep" | "text";
  readonly at: number;
  readonly by: number;
}

export const jsonMutation: fc.Arbitrary<JsonMutation> = fc.record({
  how: fc.oneof(
    { weight: 2, arbitrary: fc.constant("none" as const) },
    { weight: 10, arbitrary: fc.constantFrom("value", "value", "value", "key", "drop") },
    { weight: 2, arbitrary: fc.constantFrom("repeat", "deep", "text") },
  ),
  at: fc.nat(),
  by: fc.nat(),
});

/** Every place of a value: the path of keys to it. */
function places(value: Json, path: readonly (string | number)[] = []): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, item]) =>
    places(item as Json, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return [path, ...inner];
}

/** A copy with the item at `path` replaced by what `change` makes of it; an own property whatever its key. */
function replaced(
  value: Json,
  [key, ...rest]: readonly (string | number)[],
  change: (value: Json, key?: string | number) => [string | number, Json][],
): Json {
  if (typeof value !== "object" || value === null || key === undefined) return change(value, key)[0]?.[1] ?? null;
  const entries = Object.entries(value).flatMap(([own, item]): [string | number, Json][] => {
    if (own !== String(key)) return [[own, item as Json]];
    return rest.length > 0 ? [[own, replaced(item as Json, rest, change)]] : change(item as Json, own);
  });
  return Array.isArray(value) ? entries.map(([, item]) => item) : (Object.fromEntries(entries) as Json);
}

/** The text of a JSON value with one thing about it changed: a value, a key, a key twice, lists in lists in lists, or a character of the text. */
export function mutateJson(value: Json, { how, at, by }: JsonMutation): string {
  const all = places(value);
  const path = all[at % all.length];
  const other = VALUES[by % VALUES.length];
  if (how === "value") return JSON.stringify(replaced(value, path, (_, key) => [[key ?? "", other]]));
  if (how === "key") return JSON.stringify(replaced(value, path, (item) => [[KEYS[by % KEYS.length], item]]));
  if (how === "drop") return JSON.stringify(replaced(value, path, () => []));
  const json = JSON.stringify(value);
  if (how === "text")
    return (
      json.slice(0, at % json.length) +
      ["", "]", "}", '"', ",", "\0", "\\", ":1"][by % 8] +
      json.slice((at % json.length) + (by % 2))
    );
  if (how === "none") return json;
  const marked = JSON.stringify(replaced(value, path, (_, key) => [[key ?? "", "\u0001"]]));
  if (how === "deep")
    return marked.replace(
      '"\\u0001"',
      by % 2 ? "[".repeat(DEEP) + "]".repeat(DEEP) : `${'{"a":'.repeat(DEEP)}1${"}".repeat(DEEP)}`,
    );
  return json.replace(/("[^"]*":)/, (key) => `${key}${by},${key}`);
}
