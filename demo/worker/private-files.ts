import type { ByteSource } from "../../src/api/io.js";

/** What a worker can do with a file of the Origin Private File System, and a page cannot. */
interface WorkerFile extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncHandle>;
  /** Renames it; a file that had the name is replaced. */
  move(name: string): Promise<void>;
}

/** Reads a file while its worker waits, which a page cannot. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer;
}

/** Bytes that one call reads or writes at most: browsers take no more than 2 GiB. */
const MOST_A_CALL = 2 ** 28;

interface SyncHandle {
  truncate(size: number): void;
  write(bytes: Uint8Array, options: { readonly at: number }): number;
  flush(): void;
  close(): void;
}

/** Why this worker has no storage of its own that outlives the page; null where it has. */
export function missingStorage(): string | null {
  if (!isSecureContext)
    return "the page came over plain http, where browsers have no private storage; it takes https, or localhost";
  const file = globalThis.FileSystemFileHandle?.prototype;
  const whole = "storage" in navigator && "locks" in navigator && file && "createSyncAccessHandle" in file && "move" in file;
  return whole ? null : "this browser has no Origin Private File System that can rename files";
}

/** The folder of that name at the top of the origin's private storage. Throws where the browser refuses, as some private windows do. */
export async function privateFolder(name: string): Promise<FileSystemDirectoryHandle> {
  return (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
}

/**
 * Writes a file of parts so that whatever happens there is the whole of it under its name, or what was there before: to a temporary name,
 * flushed, then renamed. Resolves with the ms that writing took from all else; while the browser opens and renames, other work goes on. Throws
 * what the browser throws, QuotaExceededError where nothing more fits; what was half written is then removed.
 */
export async function writeWhole(folder: FileSystemDirectoryHandle, name: string, parts: readonly Uint8Array[]): Promise<number> {
  const part = `${name}.part`;
  const file = (await folder.getFileHandle(part, { create: true })) as WorkerFile;
  try {
    const handle = await file.createSyncAccessHandle();
    const start = performance.now();
    try {
      handle.truncate(0);
      let at = 0;
      for (const bytes of parts.flatMap(inPieces)) {
        const written = handle.write(bytes, { at });
        if (written < bytes.length) throw new Error(`${written} of ${bytes.length} bytes were written at byte ${at}`);
        at += written;
      }
      handle.flush();
    } finally {
      handle.close();
    }
    const took = performance.now() - start;
    await file.move(name);
    return took;
  } catch (error) {
    await folder.removeEntry(part).catch(() => {}); // the first failure is the one to tell of; a leftover is written over
    throw error;
  }
}

function inPieces(bytes: Uint8Array): Uint8Array[] {
  if (bytes.length <= MOST_A_CALL) return [bytes];
  const count = Math.ceil(bytes.length / MOST_A_CALL);
  return Array.from({ length: count }, (_, i) => bytes.subarray(i * MOST_A_CALL, (i + 1) * MOST_A_CALL));
}

/** A file of a folder. */
export async function fileIn(folder: FileSystemDirectoryHandle, name: string): Promise<File> {
  return (await folder.getFileHandle(name)).getFile();
}

/** A file to read in parts: it may be larger than an array can be. */
export function sourceOf(file: Blob): ByteSource {
  const reader = new FileReaderSync();
  return {
    size: file.size,
    read(from, to) {
      const bytes = new Uint8Array(to - from);
      for (let at = from; at < to; at += MOST_A_CALL)
        bytes.set(new Uint8Array(reader.readAsArrayBuffer(file.slice(at, Math.min(to, at + MOST_A_CALL)))), at - from);
      return bytes;
    },
  };
}

/** The names of what is in a folder. */
export async function namesIn(folder: FileSystemDirectoryHandle, kind: "file" | "directory"): Promise<string[]> {
  const names: string[] = [];
  for await (const [name, entry] of folder.entries()) if (entry.kind === kind) names.push(name);
  return names;
}

/**
 * Holds a name that no other tab can hold at the same time, until what this resolves with is called; null where another has it and does not
 * let go of it within `ms`.
 */
export function holdName(name: string, ms: number): Promise<(() => void) | null> {
  return new Promise((resolve, reject) => {
    navigator.locks
      .request(name, { signal: AbortSignal.timeout(ms) }, () => new Promise<void>((release) => resolve(release)))
      .catch((error) => ((error as Error).name === "TimeoutError" ? resolve(null) : reject(error)));
  });
}

/** Does something while nobody else holds the name. Resolves with false, and nothing done, where somebody does. */
export async function whileFree(name: string, work: () => Promise<void>): Promise<boolean> {
  return navigator.locks.request(name, { ifAvailable: true }, async (lock) => {
    if (lock) await work();
    return lock !== null;
  });
}

/** Resolves when nobody holds the name. */
export async function freedName(name: string): Promise<void> {
  await navigator.locks.request(name, () => {});
}
