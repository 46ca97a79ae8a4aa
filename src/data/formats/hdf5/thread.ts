import { parentPort, workerData } from "node:worker_threads";
import { CoppiceError } from "../../../util/check.js";
import type { Parts } from "../arrays.js";
import type { DataFile } from "../file.js";
import { watchCalls } from "./calls.js";
import { type Hdf5Options, readParts } from "./read-parts.js";

/** What a thread says: the call of the library that it makes, or null after it; then what it read, or why it did not. */
export type Answer =
  | { readonly call: string | null }
  | { readonly parts: Parts }
  | { readonly error: string; readonly usage: boolean };

const say = (answer: Answer, buffers: ArrayBuffer[] = []) => parentPort?.postMessage(answer, buffers);
watchCalls((call) => say({ call }));
const { file, options } = workerData as { file: DataFile; options: Hdf5Options };
try {
  const parts = await readParts(file, options);
  say({ parts }, buffersIn(parts));
} catch (error) {
  const usage = error instanceof CoppiceError;
  say({ error: usage ? error.message : String((error as Error).stack), usage });
}

/** The memory of all arrays in a value, each once: it is handed over. */
function buffersIn(value: unknown, found = new Set<ArrayBuffer>()): ArrayBuffer[] {
  if (ArrayBuffer.isView(value)) found.add(value.buffer as ArrayBuffer);
  else if (typeof value === "object" && value !== null && !Array.isArray(value))
    for (const one of Object.values(value)) buffersIn(one, found);
  return [...found];
}
