import { Worker } from "node:worker_threads";
import { CoppiceError } from "../../../util/check.js";
import type { Parts } from "../arrays.js";
import type { DataFile } from "../file.js";
import { readPart } from "../pieces.js";
import { STALL_MS, stallOf } from "./calls.js";
import { type Hdf5Options, readParts } from "./read-parts.js";
import type { Answer } from "./thread.js";

/**
 * Reads a file in a thread of its own, which ends then and gives its memory back. Throws what reading throws; and ends the thread where one call of the
 * HDF5 library takes more than a minute. Where Node may start no thread, it reads here, and says so.
 */
export async function readApart(file: DataFile, options: Hdf5Options): Promise<Parts> {
  const { permission } = process as { permission?: { has(scope: string): boolean } };
  if (!permission || permission.has("worker")) return inThread(new URL("./hdf5-thread.js", import.meta.url), file, options);
  const parts = await readParts(file, options);
  const note =
    "read in this thread, as Node's permissions forbid others (--allow-worker): a file that lies may hold it without end";
  return { ...parts, notes: [...parts.notes, note] };
}

/** Has the script of a thread read a file: see `readApart`. */
export async function inThread(script: URL, file: DataFile, options: Hdf5Options, stallMs = STALL_MS): Promise<Parts> {
  const { labels } = options;
  const [held, heldLabels] = [await inMemory(file), labels && (await inMemory(labels))];
  const workerData = { file: held.file, options: { ...options, labels: heldLabels?.file } };
  const worker = new Worker(script, { workerData, transferList: held.own, execArgv: [] });
  let timer: NodeJS.Timeout | undefined;
  return new Promise<Parts>((resolve, reject) => {
    worker.on("message", (answer: Answer) => {
      clearTimeout(timer);
      if ("parts" in answer) resolve(answer.parts);
      else if ("error" in answer) reject(answer.usage ? new CoppiceError(answer.error) : new Error(answer.error));
      else if (answer.call !== null) {
        const { call } = answer;
        timer = setTimeout(() => reject(new CoppiceError(stallOf(call, stallMs), "failure")), stallMs);
      }
    });
    worker.on("error", reject);
    worker.on("exit", () => reject(new Error(`${file.name}: the thread that read it ended early`)));
  }).finally(() => {
    clearTimeout(timer);
    return worker.terminate();
  });
}

/** A file with its bytes, as Blobs of files go to no thread; and the memory that was read for it, which is handed over. */
async function inMemory(file: DataFile | File): Promise<{ file: DataFile; own: ArrayBuffer[] }> {
  const bytes = file instanceof Blob ? file : file.bytes;
  const whole = await readPart(bytes, 0, undefined, file.name);
  return { file: { name: file.name, bytes: whole }, own: bytes instanceof Blob ? [whole.buffer as ArrayBuffer] : [] };
}
