import { isPieceSchema } from "../options/piece.js";
import type { Schema } from "../options/schema.js";
import { check, checkNumber, checkOneOf } from "../util/check.js";

/** Makes a value of an option's text; `where` is the option's name, for messages. */
export type Parser<T> = (text: string, where: string) => T;

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A decimal number: Number() alone would take "", "0x10" and "Infinity" too. Ranges are checked where the value is used. */
export const number: Parser<number> = (text, where) => {
  check(NUMBER.test(text), where, () => `"${text}" is not a number`);
  const value = Number(text);
  checkNumber(value, where);
  return value;
};

const integer: Parser<number> = (text, where) => {
  const value = number(text, where);
  check(Number.isSafeInteger(value), where, () => `"${text}" is not a whole number`);
  return value;
};

/** Several with commas between. */
const listOf =
  <T>(item: Parser<T>): Parser<T[]> =>
  (text, where) =>
    text.split(",").map((part) => item(part.trim(), where));

/** "1000,500": whole numbers. */
export const integers = listOf(integer);

/** Text that is not another option: `--out --json` has forgotten the folder. */
const word: Parser<string> = (text, where) => {
  check(text !== "" && !text.startsWith("--"), where, () =>
    text === "" ? "its value is empty" : `a value is missing before ${text}`,
  );
  return text;
};

/** A column: its name, or its index from 0. */
const column: Parser<string | number> = (text, where) => (/^\d+$/.test(text) ? Number(text) : word(text, where));

/** One of `allowed`, or another name, which is looked up later; case and dashes do not matter, so that cross-entropy is crossEntropy. */
function nearOneOf(allowed: readonly string[]): Parser<string> {
  const plain = (name: string) => name.toLowerCase().replaceAll("-", "");
  return (text, where) => allowed.find((name) => plain(name) === plain(text)) ?? word(text, where);
}

/** One of `allowed`, as `nearOneOf` reads it. */
export function oneOf<T extends string>(allowed: readonly T[]): Parser<T> {
  const near = nearOneOf(allowed);
  return (text, where) => {
    const value = near(text, where);
    checkOneOf(value, allowed, where);
    return value;
  };
}

const PREFIXES = ["", "k", "m", "g", "t"];

/** "2GB", "512 MiB", "1e9": bytes. MB is 10^6, MiB 2^20. */
export const bytes: Parser<number> = (text, where) => {
  const match = /^([\d.]+(?:e\d+)?)\s*(?:([kmgt]?)(i?)b?)$/i.exec(text);
  check(match !== null && NUMBER.test(match[1]), where, () => {
    return `"${text}" is not an amount of memory; give bytes, or e.g. 512MB or 2GB`;
  });
  const [, amount, prefix, binary] = match;
  const value = Math.floor(Number(amount) * (binary ? 1024 : 1000) ** PREFIXES.indexOf(prefix.toLowerCase()));
  checkNumber(value, where, 1, Number.MAX_SAFE_INTEGER);
  return value;
};

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** "90s", "10m", "1.5h": seconds. */
const seconds: Parser<number> = (text, where) => {
  const match = /^([\d.]+)\s*(s|m|h)$/i.exec(text);
  check(match !== null && NUMBER.test(match[1]), where, () => `"${text}" is not a time; give e.g. 90s, 10m or 1h`);
  return Number(match[1]) * UNITS[match[2].toLowerCase()];
};

/** "5": epochs; "100steps": steps, which are looked at where they are used. */
const period: Parser<string | number> = (text, where) => (NUMBER.test(text) ? number(text, where) : word(text, where));

/** "28x28": height and width of a picture. */
const imageShape: Parser<[number, number]> = (text, where) => {
  const match = /^(\d{1,6})x(\d{1,6})$/i.exec(text);
  check(match !== null && Number(match[1]) > 0 && Number(match[2]) > 0, where, () => {
    return `"${text}" is not a height and width; give e.g. 28x28`;
  });
  return [Number(match[1]), Number(match[2])];
};

const PARSERS: Partial<Record<Schema<unknown>["kind"], Parser<unknown>>> = {
  number,
  integer,
  bytes,
  seconds,
  period,
  column,
  text: word,
  image: imageShape,
};
const LISTS: typeof PARSERS = { number: listOf(number), integer: integers, column: listOf(column), text: listOf(word) };

/** How the text of a flag is read, by the kind of its values; undefined of a switch. */
export function parserOf(schema: Schema<unknown>): Parser<unknown> | undefined {
  const { kind, names, item } = schema;
  if (names) return isPieceSchema(schema) ? nearOneOf(names) : oneOf(names);
  return kind === "list" ? LISTS[item?.kind ?? "text"] : PARSERS[kind];
}
