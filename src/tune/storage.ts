import { CoppiceError, check, checkFunction, checkObject, checkText } from "../util/check.js";
import { shown } from "../util/shown.js";
import { CHECKED, decodeEntries, type EntryFormat, encodeEntries, TUNING, type TuningStore } from "./entries.js";

/** What is used of a page's `Storage`: texts under keys. */
export interface Store {
  /** The text of a key; null where there is none. */
  getItem(key: string): string | null;
  /** Puts a text in the place of a key's. */
  setItem(key: string, value: string): void;
  /** Removes a key with its text. */
  removeItem(key: string): void;
}

/**
 * Remembers tuning in a page, under one key of `localStorage`. Kernels that were found right are under another, which ends in ".checked".
 * Workers have no such storage: hand them a store over what the page loaded.
 * To clear them call `save([])` and `checks.save([])`, or remove the keys.
 */
export function storageTuning(storage: Store = globalThis.localStorage, key = "coppice.tuning"): TuningStore {
  checkObject(storage, "storageTuning", "storage; localStorage is one, where there is any");
  for (const method of ["getItem", "setItem", "removeItem"] as const) checkFunction(storage[method], `storageTuning: ${method}`);
  checkText(key, "storageTuning: key");
  return { ...entriesUnder(storage, key, TUNING), checks: entriesUnder(storage, `${key}.checked`, CHECKED) };
}

function entriesUnder<T>(storage: Store, key: string, format: EntryFormat<T>) {
  return {
    load() {
      const text = storage.getItem(key);
      return text === null ? [] : decodeEntries(format, text, `localStorage "${key}"`, "remove that key");
    },
    save(entries: readonly T[]) {
      const fits = Array.isArray(entries) && entries.every(format.isEntry);
      check(fits, "storageTuning: save", () => `${shown(entries)} is no ${format.what}`);
      if (entries.length === 0) return storage.removeItem(key);
      try {
        storage.setItem(key, encodeEntries(format, entries));
      } catch (error) {
        throw new CoppiceError(`localStorage "${key}": cannot be written (${(error as Error).message})`, "failure");
      }
    },
  };
}
