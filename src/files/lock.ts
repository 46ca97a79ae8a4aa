import {
  closeSync,
  lstatSync,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writevSync,
} from "node:fs";
import { hostname } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CoppiceError, check } from "../util/check.js";
import { removeIfPossible } from "./write.js";

/** Who has a folder: the lock's lines. Earlier versions wrote the first alone. */
interface Holder {
  readonly pid: number;
  readonly host?: string;
  /** When the process began, as this system tells it; "" where it does not. */
  readonly birth?: string;
}

const LOCK = "lock";
/** The locks that this process has. */
const held = new Set<string>();

/**
 * Makes the folder where there is none, and keeps other processes from it until what this returns is called, which takes away a folder that
 * was made and stayed empty. A lock whose process is gone is taken over. Throws a usage error where another process has the folder.
 */
export function takeLock(folder: string, where: string): () => void {
  const made = makeFolder(folder, where);
  const path = join(realpathSync(folder), LOCK);
  while (!created(path, where)) {
    const text = readLock(path);
    if (text === undefined) continue; // it was given up just now
    const holder = parseHolder(text, path, where);
    check(!isThere(holder, path), where, () => inUse(folder, holder, path));
    removeStale(path, text);
  }
  held.add(path);
  return () => {
    held.delete(path);
    rmSync(path, { force: true });
    if (made) removeEmpty(folder, made);
  };
}

/** The topmost folder that had to be made. */
function makeFolder(folder: string, where: string): string | undefined {
  try {
    return mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw new CoppiceError(`${where}: ${folder} cannot be made (${(error as Error).message}); name another folder`);
  }
}

/** Whether there was no lock, so that now there is ours. */
function created(path: string, where: string): boolean {
  try {
    const file = openSync(path, "wx");
    try {
      writevSync(file, [Buffer.from(`${process.pid}\n${hostname()}\n${birthOf(process.pid)}\n`)]); // in one call
    } finally {
      closeSync(file);
    }
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    removeIfPossible(path); // where the disk is full it is there, and empty
    throw new CoppiceError(`${where}: ${path} cannot be written (${(error as Error).message})`, "failure");
  }
}

/** What a lock says; undefined where there is none. One that is empty is being written, or its writer was killed just then. */
function readLock(path: string): string | undefined {
  let text = "";
  for (let tries = 0; text === "" && tries < 20; tries++) {
    if (tries > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50);
    try {
      text = readFileSync(path, "utf8");
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
      throw error;
    }
  }
  return text;
}

/** What is no lock of ours is left as it is. */
function parseHolder(text: string, path: string, where: string): Holder {
  const ours = lstatSync(path, { throwIfNoEntry: false })?.isFile() !== false && /^(\d+(\n[^\n]*\n[^\n]*\n)?)?$/.test(text);
  check(ours, where, () => `${path} is not known for a lock that coppice wrote; move it away, or name another folder`);
  const [pid, host, birth] = text.split("\n");
  return { pid: Number(pid), host, birth };
}

/** Whether the process may still have the lock: of one on another computer that cannot be told. */
function isThere({ pid, host, birth }: Holder, path: string): boolean {
  if (host !== undefined && host !== hostname()) return true;
  if (pid === process.pid) return held.has(path);
  if (!isAlive(pid)) return false;
  const now = birthOf(pid);
  return !birth || !now || birth === now; // else another process has got its number
}

function isAlive(pid: number): boolean {
  if (pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** When a process began: on Linux the boot and the clock ticks since; "" where it cannot be told. */
function birthOf(pid: number): string {
  if (process.platform !== "linux") return "";
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return `${boot} ${stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]}`; // its name may hold spaces; see proc(5)
  } catch {
    return "";
  }
}

function inUse(folder: string, { pid, host, birth }: Holder, path: string): string {
  const elsewhere = host !== undefined && host !== hostname();
  const unsure = elsewhere || !birth ? `; if that is no run of coppice any more, delete ${path}` : "";
  return `${folder} is in use by process ${pid}${elsewhere ? ` on ${host}` : ""}; wait for its end, or name another folder${unsure}`;
}

/** Removes the lock that says `text`. What another process has put in its place meanwhile is put back. */
function removeStale(path: string, text: string): void {
  const aside = `${path}.${process.pid}.part`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return; // another process was first
    throw error;
  }
  if (readFileSync(aside, "utf8") === text) rmSync(aside);
  else renameSync(aside, path);
}

/** Removes the folder and those around it up to `top`, as far as they are empty. */
function removeEmpty(folder: string, top: string): void {
  try {
    for (let path = resolve(folder); path.length >= resolve(top).length; path = dirname(path)) rmdirSync(path);
  } catch {} // it holds something
}
