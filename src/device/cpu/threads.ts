import { availableThreads, startWorker } from "#workers";
import { CoppiceError } from "../../util/check.js";
import script from "./worker.js?raw";
import type { OnEnd } from "./workers-browser.js";

export { availableThreads };

/** A kernel's work as a call of the module: the export `name` does items [begin, end), and reads the rest from a block. */
export interface SimdCall {
  readonly name: string;
  readonly items: number;
  readonly flop: number;
  readonly block: Uint32Array;
}

/** Runs calls of the module, dealt to threads. */
export interface Threads {
  /** Threads that compute, as far as is known: workers that cannot start are missed when the first call has asked for them. */
  readonly count: number;
  /** Why workers are missing, where they are. */
  readonly reason?: string;
  run(call: SimdCall): void;
  dispose(): Promise<void>;
}

/** Words of the job, which all threads share: where in it what is found. */
const words = { SEQUENCE: 0, STATE: 1, NEXT: 2, ITEMS: 3, CHUNK: 4, KERNEL: 5, FAILED: 6 } as const;
/** STATE counts the workers that are at the job; with this bit others may join. */
const OPEN = 1 << 16;
const BLOCK_AT = 64;
/** Bytes of a job: its words, then the block of its kernel. */
export const JOB_BYTES = 512;

/** Looks at a word before a thread goes to sleep: tens of microseconds, about what waking it takes. */
const SPINS = 4000;
/** Work that is not worth waking a thread for. */
const LEAST_FLOP = 200_000;
/** Work of a chunk, where that leaves every thread several. */
const CHUNK_FLOP = 100_000;
/** Workers take chunks of well below a second: one that is silent for so long is dead. */
const SILENCE_MS = 30_000;

/**
 * `threads` - 1 workers beside the caller, started when the first call comes that is worth dealing out. A job lies at `job` of the memory: the caller
 * opens it, takes chunks like the workers, closes it when none is left, and waits for those that had joined; a worker that is late, or not
 * started yet, is not waited for. Workers that cannot start are done without; one that fails at its work, or ends, makes the next call throw.
 */
export function createThreads(module: WebAssembly.Module, memory: WebAssembly.Memory, job: number, threads: number): Threads {
  const instance = new WebAssembly.Instance(module, { env: { memory } });
  const exports = instance.exports as Record<string, (begin: number, end: number, block: number) => void>;
  const names = Object.keys(exports);
  const state = new Int32Array(memory.buffer, job, BLOCK_AT / 4);
  const blockAt = job + BLOCK_AT;
  const block = new Uint32Array(memory.buffer, blockAt, (JOB_BYTES - BLOCK_AT) / 4);
  let workers: ReturnType<typeof startWorker>[] | undefined;
  let count = threads;
  let reason: string | undefined;
  let failure: string | undefined;
  let disposed = false;

  const miss = (workers: number, why: string) => {
    count -= workers;
    reason ??= why;
  };

  const start = () => {
    const data = { module, memory, job, words, OPEN, blockAt, spins: SPINS };
    const started: ReturnType<typeof startWorker>[] = [];
    while (started.length < threads - 1) {
      let over = false;
      const onEnd: OnEnd = (why, failed) => {
        if (disposed || over) return;
        over = true; // an error is followed by an exit
        if (failed && !Atomics.load(state, words.FAILED)) miss(1, why);
        else failure ??= why;
      };
      try {
        started.push(startWorker(script, data, onEnd));
      } catch (error) {
        miss(threads - 1 - started.length, (error as Error).message);
        break;
      }
    }
    return started;
  };

  const fail = (reason: string): never => {
    failure ??= reason;
    throw new CoppiceError(
      `cpu device: a worker thread failed: ${reason}; open a new device, with threads: 1 if it happens again`,
      "failure",
    );
  };

  const deal = ({ name, items, flop }: SimdCall) => {
    workers ??= start();
    if (failure) fail(failure);
    const chunk = Math.max(1, Math.min(Math.ceil(items / (4 * count)), Math.round((items * CHUNK_FLOP) / flop)));
    state[words.ITEMS] = items;
    state[words.CHUNK] = chunk;
    state[words.KERNEL] = names.indexOf(name);
    Atomics.store(state, words.NEXT, 0);
    Atomics.store(state, words.STATE, OPEN);
    Atomics.add(state, words.SEQUENCE, 1);
    Atomics.notify(state, words.SEQUENCE);
    try {
      for (;;) {
        const begin = Atomics.add(state, words.NEXT, chunk);
        if (begin >= items) break;
        exports[name](begin, Math.min(items, begin + chunk), blockAt);
      }
    } finally {
      Atomics.and(state, words.STATE, ~OPEN);
      waitForZero(state, words.STATE, () => fail(`it has not answered for ${SILENCE_MS / 1000} s`));
    }
    if (Atomics.load(state, words.FAILED)) fail(failure ?? "it stopped in the middle of its work");
  };

  return {
    get count() {
      return count;
    },
    get reason() {
      return reason;
    },
    run(call) {
      block.set(call.block);
      if (count > 1 && call.items > 1 && call.flop >= LEAST_FLOP) deal(call);
      else exports[call.name](0, call.items, blockAt);
    },
    async dispose() {
      disposed = true;
      await Promise.all((workers ?? []).map((worker) => worker.terminate()));
    },
  };
}

/** Waits until word `at` is 0, asleep where the thread may sleep (the main thread of a page may not). */
function waitForZero(state: Int32Array, at: number, onSilence: () => never): void {
  let deadline = 0;
  for (let spin = 1; ; spin++) {
    const value = Atomics.load(state, at);
    if (value === 0) return;
    if (spin % SPINS !== 0) continue;
    if (deadline === 0) deadline = performance.now() + SILENCE_MS;
    else if (performance.now() > deadline) onSilence();
    if (maySleep()) Atomics.wait(state, at, value, 1000);
  }
}

/** In a page, documents are of main threads only. */
function maySleep(): boolean {
  return typeof document === "undefined";
}
