/** Runs train in turns, an epoch each, so that none is timed while another works; all of them can be held between epochs. */
export interface Turns {
  /** Resolves when it is the runner's turn and nothing holds it. Rejects with the signal's reason. */
  take(runner: number): Promise<void>;
  /** Gives the turn to the next runner. */
  pass(): void;
  /** The runner takes no more turns. */
  leave(runner: number): void;
  pause(): void;
  resume(): void;
  /** While paused: lets every runner take one turn. */
  step(): void;
}

/** Turns of `count` runners, the first one first. Those that begin `paused` take one each. */
export function createTurns(count: number, signal: AbortSignal, paused = false): Turns {
  const running = new Set(Array.from({ length: count }, (_, i) => i));
  let current = 0;
  let allowed = paused ? count : 0;
  let wake: (() => void)[] = [];
  const look = () => {
    const waiting = wake;
    wake = [];
    for (const resolve of waiting) resolve();
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
        await new Promise<void>((resolve) => wake.push(resolve));
      }
      if (paused) allowed--;
    },
    pass() {
      advance();
      look();
    },
    leave(runner) {
      running.delete(runner);
      if (current === runner) advance();
      look();
    },
    pause() {
      paused = true;
      allowed = 0;
    },
    resume() {
      paused = false;
      look();
    },
    step() {
      allowed = running.size;
      look();
    },
  };
}
