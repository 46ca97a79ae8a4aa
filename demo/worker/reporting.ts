import type { SavedModel } from "../../src/api/index.js";
import { type Pictures, picturesOf } from "./pictures.js";
import { epochsOf, type Listener, lastEpochOf, type PastEpoch } from "./reports.js";

/** Epochs may be over in a fraction of a millisecond; what they bring is told ten times a second. */
const TELL_MS = 100;
/** Epochs of a run gone on with that are told at once: a page takes in no more without standing still. */
const MOST_TOLD = 500;

/** Tells a page what epochs bring. */
export interface Reporting {
  /** The state of a run after an epoch. */
  put(run: number, saved: SavedModel): void;
  /** The state of a run that is gone on with. Resolves when the page has all of its epochs. */
  restored(run: number, saved: SavedModel): Promise<void>;
  /** Resolves when the page has all that was put. */
  flush(): Promise<void>;
}

/** What a network looks like is told of the last epoch alone. */
export function createReporting(listener: Listener): Reporting {
  const waiting: PastEpoch[] = [];
  const last = new Map<number, SavedModel>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let told = -Infinity;
  let telling: Promise<void> | undefined;
  let busy = false; // the page has not taken in yet what it was told: more would only wait for it
  const tell = () => {
    clearTimeout(timer);
    timer = undefined;
    told = performance.now();
    busy = true;
    const pictures = new Map<number, Pictures>([...last].map(([run, saved]) => [run, picturesOf(saved)]));
    last.clear();
    telling = Promise.resolve(listener.epochs(waiting.splice(0), pictures)).finally(() => {
      busy = false;
      if (waiting.length > 0) tellSoon();
    });
  };
  const tellSoon = () => {
    if (busy) return;
    const rest = told + TELL_MS - performance.now();
    if (rest <= 0) tell();
    else timer ??= setTimeout(tell, rest);
  };
  return {
    put(run, saved) {
      waiting.push(lastEpochOf(run, saved));
      last.set(run, saved);
      tellSoon();
    },
    async restored(run, saved) {
      const epochs = epochsOf(run, saved);
      for (let from = 0; from < epochs.length; from += MOST_TOLD)
        await listener.epochs(epochs.slice(from, from + MOST_TOLD), new Map());
      await listener.epochs([], new Map([[run, picturesOf(saved)]]));
    },
    async flush() {
      await telling;
      if (waiting.length > 0) tell();
      await telling;
    },
  };
}
