import { checkFunction, checkObject } from "../util/check.js";

/** Where the work of a fit is kept while it lasts, by name: a folder, or memory. */
export interface FitStore {
  /** What was put under this name; undefined where nothing was. */
  get(name: string): Uint8Array | undefined | Promise<Uint8Array | undefined>;
  /** Keeps the bytes, in the place of what was there. */
  put(name: string, bytes: Uint8Array): void | Promise<void>;
  /** Forgets what was put under this name; nothing may be there. */
  remove(name: string): void | Promise<void>;
}

/** Throws unless a store can keep, give back and remove. */
export function checkStore(store: FitStore): void {
  checkObject(store, "store");
  for (const method of ["get", "put", "remove"] as const) checkFunction(store[method], `store: ${method}`);
}

/** A store that ends with the program. */
export function memoryStore(): FitStore {
  const kept = new Map<string, Uint8Array>();
  return {
    get: (name) => kept.get(name),
    put: (name, bytes) => void kept.set(name, bytes),
    remove: (name) => void kept.delete(name),
  };
}

/** A kept value; undefined where there is none. */
export async function recall<T>(store: FitStore, name: string): Promise<T | undefined> {
  const bytes = await store.get(name);
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as T);
}

/** Keeps a value that JSON can hold. */
export async function keep(store: FitStore, name: string, value: unknown): Promise<void> {
  await store.put(name, new TextEncoder().encode(JSON.stringify(value)));
}
