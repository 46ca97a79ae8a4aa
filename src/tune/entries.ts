import type { DeviceInfo } from "../device/device.js";
import type { Variant } from "../kernels/variant.js";
import { custom, flag, list, number, problemOf, record, type Schema, text } from "../options/schema.js";
import { CoppiceError, check, checkFunction, checkObject } from "../util/check.js";
import { shown } from "../util/shown.js";

/** A candidate and the least ms one dispatch of it took. */
export interface Trial {
  readonly variant: Variant;
  readonly ms: number;
}

/** What was found, or fixed by hand, for one kernel and one class of shapes on one adapter. */
export interface TuningEntry {
  /** Of coppice: another version's kernels have to be timed anew. */
  readonly version: string;
  /** See `tuningAdapter`. */
  readonly adapter: string;
  readonly kernel: string;
  /** See `shapeClass`. */
  readonly shape: string;
  readonly variant: Variant;
  /** Chosen by hand: timing never replaces it. */
  readonly fixed: boolean;
  /** The candidates as they were timed, the default first; empty where the variant was fixed without timing. */
  readonly trials: readonly Trial[];
}

/** Where tuning is remembered between runs. */
export interface TuningStore {
  /** Every entry; empty when nothing was saved. Throws when what is stored cannot be read, saying how to clear it. */
  load(): readonly TuningEntry[] | Promise<readonly TuningEntry[]>;
  /** Replaces every entry. */
  save(entries: readonly TuningEntry[]): void | Promise<void>;
  /** Where kernels that were found right are remembered; without it each device is checked anew. */
  readonly checks?: CheckStore;
}

/** The kernels, with their constants, that the self-check found right on one adapter. */
export interface CheckedKernels {
  /** Of coppice. */
  readonly version: string;
  /** See `tuningAdapter`. */
  readonly adapter: string;
  readonly kernels: readonly string[];
}

/** As a `TuningStore`, for the self-check. */
export interface CheckStore {
  /** All entries that were saved; none at first. */
  load(): readonly CheckedKernels[] | Promise<readonly CheckedKernels[]>;
  /** Keeps these entries in place of all that were there. */
  save(entries: readonly CheckedKernels[]): void | Promise<void>;
}

/** Throws unless `value` is a store of tuning. */
export function checkStore(value: TuningStore, where: string): void {
  checkObject(value, where, "store of tuning");
  checkFunction(value.load, `${where}: load`);
  checkFunction(value.save, `${where}: save`);
}

/** What a store holds, nothing where there is none. Throws when it gives what are no entries. */
export async function loadEntries(store: TuningStore | undefined): Promise<readonly TuningEntry[]> {
  if (!store) return [];
  const entries: readonly TuningEntry[] = await store.load();
  const fits = Array.isArray(entries) && entries.every(TUNING.isEntry);
  check(fits, "tuning store", () => `load() gave ${shown(entries)}, expected a list of what save() got`);
  return entries;
}

/** What a store remembers of the self-check; none without one. Throws when that is no list of what was saved. */
export async function loadChecked(store: TuningStore | undefined): Promise<readonly CheckedKernels[]> {
  if (!store?.checks) return [];
  const entries: readonly CheckedKernels[] = await store.checks.load();
  const fits = Array.isArray(entries) && entries.every(CHECKED.isEntry);
  check(fits, "tuning store", () => `checks.load() gave ${shown(entries)}, expected a list of what checks.save() got`);
  return entries;
}

/** What tuning goes by: vendor, architecture, card and driver, as far as the platform tells. */
export function tuningAdapter({ vendor, architecture, model, description }: DeviceInfo): string {
  return [vendor, architecture, model ?? "", description].join("|");
}

/** True when two entries are about the same kernel, shapes, adapter and version. */
export function sameSubject(a: TuningEntry, b: TuningEntry): boolean {
  return a.version === b.version && a.adapter === b.adapter && a.kernel === b.kernel && a.shape === b.shape;
}

/** `entries` with `fresh` in place of those about the same subject. */
export function mergeEntries(entries: readonly TuningEntry[], fresh: readonly TuningEntry[]): TuningEntry[] {
  return [...entries.filter((entry) => !fresh.some((other) => sameSubject(entry, other))), ...fresh];
}

/** A kind of entries, as it is kept as text. */
export interface EntryFormat<T> {
  readonly format: string;
  readonly what: string;
  readonly isEntry: (value: unknown) => value is T;
}

const fits =
  <T>(schema: Schema<T>) =>
  (value: unknown): value is T =>
    problemOf(schema, value) === undefined;

/** True for an object whose values are all finite numbers. */
export function isVariant(value: unknown): value is Variant {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.values(value).every(Number.isFinite);
}

const variant = custom<Variant>(isVariant, "constants of a kernel");
const trials = list(record({ variant, ms: number() }));
const texts = { version: text(), adapter: text() };
export const TUNING: EntryFormat<TuningEntry> = {
  format: "coppice-tuning/1",
  what: "tuning cache",
  isEntry: fits(record({ ...texts, kernel: text(), shape: text(), variant, fixed: flag(), trials })),
};
export const CHECKED: EntryFormat<CheckedKernels> = {
  format: "coppice-checked/1",
  what: "list of checked kernels",
  isEntry: fits(record({ ...texts, kernels: list(text()) })),
};

/** Entries as text: JSON. */
export function encodeEntries<T>({ format }: EntryFormat<T>, entries: readonly T[]): string {
  return `${JSON.stringify({ format, entries }, null, 1)}\n`;
}

/** The entries in a text that `encodeEntries` made; throws "where: ...; remedy" on any other. */
export function decodeEntries<T>(
  { format, what: kind, isEntry }: EntryFormat<T>,
  json: string,
  where: string,
  remedy: string,
): T[] {
  const refuse = (what: string) => new CoppiceError(`${where}: it is no ${kind} (${what}); ${remedy}`);
  let kept: { format?: unknown; entries?: unknown } | null;
  try {
    kept = JSON.parse(json);
  } catch (error) {
    throw refuse((error as Error).message);
  }
  if (kept?.format !== format) throw refuse(`its format is ${kept?.format ?? "not given"}, expected ${format}`);
  if (!Array.isArray(kept.entries)) throw refuse("it has no list of entries");
  const broken = kept.entries.findIndex((entry) => !isEntry(entry));
  if (broken >= 0) throw refuse(`entry ${broken} is incomplete`);
  return kept.entries;
}

/** True when two variants set the same constants. */
export function sameVariant(a: Variant, b: Variant): boolean {
  return formatVariant(a) === formatVariant(b);
}

/** "VECS=4 WG=64": a variant in a few words; "none" for a kernel's own constants. */
export function formatVariant(variant: Variant): string {
  const words = Object.keys(variant)
    .sort()
    .map((name) => `${name}=${variant[name]}`);
  return words.join(" ") || "none";
}

/** Reads "VECS=4 WG=64" (spaces or commas between). */
export function parseVariant(text: string, where: string): Variant {
  const words = text.split(/[\s,]+/).filter((word) => word !== "" && word !== "none");
  return Object.fromEntries(
    words.map((word) => {
      const [, name, value] = /^(\w+)=(-?\d+(?:\.\d+)?)$/.exec(word) ?? [];
      check(name !== undefined, where, () => `"${word}" is no constant of a kernel; give NAME=NUMBER, e.g. VECS=4`);
      return [name, Number(value)];
    }),
  );
}
