import { check } from "../util/check.js";
import { cut, shown } from "../util/shown.js";
import { groupBy } from "./group-by.js";

/** Class labels in text form and how samples refer to them. */
export interface IndexedLabels {
  /** [samples] index into `classes`. */
  readonly y: Uint32Array;
  readonly classes: string[];
}

/**
 * Classes are the distinct labels: in numeric order when every label is a number, else in order of their UTF-16 code units. Throws on a label
 * that is no number and no text, is empty, not finite, or a whole number beyond 2^53, where neighbours are one and the same number.
 */
export function indexLabels(labels: ArrayLike<number | string>, where: string): IndexedLabels {
  const seen = new Map<string, number>();
  const y = new Uint32Array(labels.length);
  let numeric = true;
  for (let i = 0; i < labels.length; i++) {
    if (typeof labels[i] !== "number") numeric = false;
    const text = labelText(labels[i], where, i);
    const index = seen.get(text) ?? seen.size;
    if (index === seen.size) seen.set(text, index);
    y[i] = index;
  }
  const firstSeen = [...seen.keys()];
  const classes = numeric ? firstSeen.toSorted((a, b) => Number(a) - Number(b)) : firstSeen.toSorted();
  const rank = new Map(classes.map((label, index) => [label, index]));
  const sorted = Uint32Array.from(firstSeen, (label) => rank.get(label) ?? 0);
  for (let i = 0; i < y.length; i++) y[i] = sorted[y[i]];
  return { y, classes };
}

function labelText(label: unknown, where: string, i: number): string {
  if (typeof label === "number") {
    const apart = Number.isFinite(label) && (!Number.isInteger(label) || Number.isSafeInteger(label));
    const reason = Number.isFinite(label)
      ? "; beyond 2^53 whole numbers cannot be told apart: give labels as texts"
      : ", not a class";
    check(apart, where, () => `the label of row ${i + 1} is ${label}${reason}`);
  } else {
    check(label !== "", where, () => `the label of row ${i + 1} is empty`);
    // booleans and bigints are not meant to be given, but are as good as their texts
    check(["string", "boolean", "bigint"].includes(typeof label), where, () => {
      return `the label of row ${i + 1} is ${shown(label)}, not a class; expected a number or a text`;
    });
  }
  return String(label);
}

/** "True" or "False" for a text that is one of these in any case; undefined for others. */
export function truthOf(text: string): "True" | "False" | undefined {
  const [, yes, no] = /^\s*(?:(true)|(false))\s*$/i.exec(text) ?? [];
  return yes ? "True" : no ? "False" : undefined;
}

/** What labels were found to be among a model's classes. */
export interface Matched {
  /** Index into the classes of each label; -1 where it is none of them. */
  readonly index: Int32Array;
  /** What was not matched by its very text, and which labels are one class here, a sentence each. */
  readonly notes: string[];
}

/**
 * Finds `labels` (distinct) among `classes`: by their texts; those that are not there without the spaces around them; and those that are
 * not there either as decimal numbers, exactly: "1.0" and "01" are the class "1" unless there are such classes; or as true and false, which
 * programs write in any case. Never where two classes fit.
 */
export function matchLabels(labels: readonly string[], classes: readonly string[]): Matched {
  const exact = new Map(classes.map((label, at) => [label, at]));
  const trimmed = uniqueBy(classes, (label) => label.trim());
  const valued = uniqueBy(classes, decimalValue);
  const judged = uniqueBy(classes, truthOf);
  const loosely: string[] = [];
  const index = Int32Array.from(labels, (label) => {
    const same = exact.get(label);
    const at = same ?? trimmed(label) ?? valued(label) ?? judged(label) ?? -1;
    if (at >= 0 && same === undefined) loosely.push(`${quoted(label)} as ${quoted(classes[at])}`);
    return at;
  });
  const found = new Map(labels.map((label, k) => [label, index[k] < 0 ? undefined : index[k]]));
  const notes = spellingNotes(labels, (label) => found.get(label));
  if (loosely.length > 0)
    notes.unshift(
      `labels are matched as numbers, as true and false, or without spaces, where no class has their text: ${some(loosely)}`,
    );
  return { index, notes };
}

/** The index of the one class of a key; undefined where none has it or several have. */
function uniqueBy(classes: readonly string[], keyOf: (label: string) => string | undefined) {
  const having = groupBy(classes.keys(), (at) => keyOf(classes[at]));
  return (label: string): number | undefined => {
    const found = having.get(keyOf(label) ?? "") ?? [];
    return found.length === 1 ? found[0] : undefined;
  };
}

/** A note of which texts differ and are one class nevertheless: those of an equal key; no note without such. */
export function spellingNotes<K>(texts: Iterable<string>, keyOf: (text: string) => K | undefined): string[] {
  const merged = [...groupBy(new Set(texts), keyOf).values()].filter((together) => together.length > 1);
  if (merged.length === 0) return [];
  return [
    `labels that are written differently are one class: ${some(merged.map((together) => some(together.map(quoted), " and ")))}`,
  ];
}

function some(items: readonly string[], between = "; "): string {
  return items.slice(0, 8).join(between) + (items.length > 8 ? `${between}...` : "");
}

function quoted(label: string): string {
  return JSON.stringify(cut(label));
}

const DECIMAL = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,9}))?\s*$/i;

/** A text that is equal for equal decimal numbers, however many digits they have: that of "100", "1E2" and "0100.0"; undefined for other texts. */
export function decimalValue(text: string): string | undefined {
  const [, sign, whole = "", part = "", exponent = "0"] = DECIMAL.exec(text) ?? [];
  const digits = `${whole}${part}`;
  if (digits === "") return undefined;
  const first = digits.search(/[1-9]/);
  if (first < 0) return "0";
  let end = digits.length;
  while (digits[end - 1] === "0") end--;
  return `${sign === "-" ? "-" : ""}${digits.slice(first, end)}e${Number(exponent) - part.length + digits.length - end}`;
}

const PLAIN = /^([+-]?)(0|[1-9]\d*)(?:\.(\d*?)0*)?$/;

/**
 * The number that a text spells in a usual way, with or without a plus and zeros behind the point: 1 for "1", "+1" and "1.0". Undefined for
 * other spellings, which codes have ("01", "1E2"), and for numbers that 64-bit floats do not hold exactly as they are written.
 */
export function plainNumber(text: string): number | undefined {
  const [, sign, whole, part] = PLAIN.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const value = Number(text);
  const written = `${sign === "-" && value !== 0 ? "-" : ""}${whole}${part ? `.${part}` : ""}`;
  return String(value) === written && (!Number.isInteger(value) || Number.isSafeInteger(value)) ? value : undefined;
}
