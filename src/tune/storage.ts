import { CoppiceError } from "../util/check.js";
import { decodeEntries, encodeEntries, type TuningStore } from "./entries.js";

/**
 * Remembers tuning in a page, under one key of `localStorage` (workers have none: hand them a store over what the page loaded).
 * To clear it: `save([])`, or remove the key.
 */
export function storageTuning(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> = localStorage,
  key = "coppice.tuning",
): TuningStore {
  return {
    load() {
      const text = storage.getItem(key);
      return text === null ? [] : decodeEntries(text, `localStorage "${key}"`, "remove that key");
    },
    save(entries) {
      if (entries.length === 0) return storage.removeItem(key);
      try {
        storage.setItem(key, encodeEntries(entries));
      } catch (error) {
        throw new CoppiceError(`localStorage "${key}": cannot be written (${(error as Error).message})`, "failure");
      }
    },
  };
}
