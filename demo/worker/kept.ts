import type { SavedModel } from "../../src/api/index.js";
import {
  allKept,
  discardKept,
  ELSEWHERE,
  type Found,
  holdKept,
  isKeeping,
  type KeptAbout,
  type KeptState,
  lastWhole,
  listKept,
} from "./kept-folders.js";
import { createWriter, type Writer } from "./kept-writer.js";
import { namesIn } from "./private-files.js";

/** ms from one checkpoint to the next. */
const INTERVAL_MS = 5000;
/** So many times what the last one took goes by as well, so that writing large networks takes a twentieth of the time at most. */
const SPARE = 20;

/** Keeps one training in the browser's storage. */
export interface Keeper {
  /** What every run goes on from; undefined for one that begins. */
  readonly found: readonly (Found | undefined)[];
  /** Takes the state of a run after an epoch. It is written when the time has come, while training goes on. */
  put(run: number, saved: SavedModel): void;
  /** Writes what is not yet written and lets other tabs have the training. `over`: it is done or was stopped, and the next one takes its place. */
  end(over: boolean): Promise<void>;
}

/** The training under way, and the one before it in this tab. */
let current: { readonly id: string; drop(): Promise<void> } | undefined;
let last: { readonly id: string; readonly over: boolean } | undefined;

/** What is kept in this browser, beside what is training here. */
export async function keptState(): Promise<KeptState> {
  return listKept(current?.id, last?.id);
}

/** Deletes all that is kept, beside what other tabs are training; what this tab is training is kept no longer. How many stayed. */
export async function forgetKept(): Promise<number> {
  await current?.drop();
  const others = (await namesIn(await allKept(), "directory")).filter((id) => id !== current?.id);
  const ends = await Promise.allSettled(others.map(discardKept));
  return ends.filter(({ status }) => status === "rejected").length;
}

/**
 * Opens the training `id` to go on with it, or a new one (null). A new one has a folder from its first checkpoint on; `tell` gets why one
 * could not be written, which ends nothing. Throws when another tab has the training, or no checkpoint of a run can be read.
 */
export async function openKeeper(about: KeptAbout, id: string | null, tell: (problem: string) => void): Promise<Keeper> {
  const keeping = await isKeeping().catch(() => false); // without storage: keptState tells why
  if (id === null && !keeping) return { found: [], put() {}, end: async () => {} };
  const name = id ?? crypto.randomUUID();
  const release = await holdKept(name);
  if (!release) throw new Error(ELSEWHERE);
  try {
    const all = await allKept();
    const folder = id && (await all.getDirectoryHandle(id));
    const found = folder ? await Promise.all(about.settings.map((_, run) => lastWhole(folder, run))) : [];
    const writer = createWriter({ all, id: name, about, found, replaces: last?.over ? last.id : undefined });
    const { put, drop, finish } = writeInTime(writer, keeping, tell);
    current = { id: name, drop };
    return {
      found,
      put,
      async end(over) {
        await finish();
        [last, current] = [{ id: name, over }, undefined];
        release();
      },
    };
  } catch (error) {
    release();
    throw error;
  }
}

/** Writes the last state of every run whenever the time has come, one write after the other. */
function writeInTime(writer: Writer, keeping: boolean, tell: (problem: string) => void) {
  const waiting = new Map<number, SavedModel>();
  let open = keeping;
  let due = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let writing = Promise.resolve();
  let told = "";
  const write = async () => {
    let took = 0;
    const now = [...waiting]; // what comes meanwhile waits for the next time
    waiting.clear();
    for (const [run, saved] of now) {
      took += await writer.write(run, saved).catch((error) => {
        const problem = inWords(error as Error);
        if (problem !== told) tell(problem);
        told = problem;
        return 0;
      });
    }
    due = performance.now() + Math.max(INTERVAL_MS, SPARE * took);
    timer = undefined;
    schedule();
  };
  const schedule = () => {
    if (waiting.size === 0) return;
    timer ??= setTimeout(
      () => {
        writing = write();
      },
      Math.max(0, due - performance.now()),
    );
  };
  /** After this nothing is written any more but what still waits. */
  const close = async () => {
    open = false;
    await writing;
    clearTimeout(timer);
  };
  return {
    put(run: number, saved: SavedModel) {
      if (!open) return;
      waiting.set(run, saved);
      schedule();
    },
    async drop() {
      waiting.clear();
      await close();
      await writer.remove();
    },
    async finish() {
      await close();
      await write();
    },
  };
}

function inWords({ name, message }: Error): string {
  return name === "QuotaExceededError" ? "this browser has no more room for this page" : message;
}
