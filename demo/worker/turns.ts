/** Runs train in turns, an epoch each, so that none is timed while another works; all of them can be held, within an epoch too. */
export interface Turns {
  /** Resolves when it is the runner's turn and nothing holds it. Rejects with the signal's reason. */
  take(runner: number): Promise<void>;
  /** What the runner whose turn it is waits for within its epoch: undefined while nothing holds it. */
  hold(): Promise<void> | undefined;
  /** Gives the turn to the next runner. */
  pass(): void;
  /** The runner takes no more turns. */
  leave(runner: number): void;
  /** Holds the runners where they are. */
  pause(): void;
  resume(): void;
  /** One more epoch of every runner, beside those that were asked for before; an epoch that is under way otherwise is the first. Then they are held. */
  step(): void;
  /** Resolves when what was asked for last has come about: all stand still, within an epoch or after one, or none is left. */
  standing(): Promise<Standing>;
}

/** Where the runners stand: within an epoch, after one, or nowhere, as none is left. */
export type Standing = "within" | "after" | "over";

/** Turns of `count` runners, the first one first. Those that begin `paused` take one each. */
export function createTurns(count: number, signal: AbortSignal, paused = false): Turns {
  const running = new Set(Array.from({ length: count }, (_, i) => i));
  let current = 0;
  let allowed = paused ? count : 0; // epochs that may begin while paused
  let held = false; // within an epoch too
  let working = false; // an epoch is under way
  let wake: (() => void)[] = [];
  let waiting: ((where: Standing) => void)[] = [];
  let stands: Standing | null = null; // since when nobody has gone on
  const look = () => {
    const woken = wake;
    wake = [];
    for (const resolve of woken) resolve();
  };
  const stand = (where: Standing) => {
    stands = where;
    const told = waiting;
    waiting = [];
    for (const resolve of told) resolve(where);
  };
  const woken = () => new Promise<void>((resolve) => wake.push(resolve));
  const untilFree = async () => {
    while (held && !signal.aborted) {
      stand("within");
      await woken();
    }
    stands = null;
  };
  signal.addEventListener("abort", look);
  const advance = () => {
    for (let tries = 0; tries < count; tries++) {
      current = (current + 1) % count;
      if (running.has(current)) return;
    }
  };
  return {
    async take(runner) {
      for (;;) {
        signal.throwIfAborted();
        if (current === runner && (!paused || allowed > 0)) break;
        if (current === runner) stand("after");
        await woken();
      }
      if (paused) allowed--;
      working = true;
      stands = null;
    },
    hold: () => (held && !signal.aborted ? untilFree() : undefined),
    pass() {
      working = false;
      advance();
      look();
    },
    leave(runner) {
      running.delete(runner);
      if (current === runner) {
        working = false;
        advance();
      }
      if (running.size === 0) stand("over");
      look();
    },
    pause() {
      paused = held = true;
      allowed = 0;
      look(); // those that stand already say so
    },
    resume() {
      paused = held = false;
      stands = null;
      look();
    },
    step() {
      const finishes = working && (held || !paused);
      if (!paused) allowed = 0;
      allowed += running.size - (finishes ? 1 : 0);
      paused = true;
      held = false;
      stands = null;
      look();
    },
    standing() {
      if (running.size === 0) return Promise.resolve("over");
      return stands === null ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(stands);
    },
  };
}
