import type { Drawing } from "./drawing.js";

/** 30 frames a second at most while something fades, and 10 to follow the weights. */
const [FADING_MS, FOLLOWING_MS] = [33, 100];
/** While training, the pause between frames is so many times what the last one took: a fifth of the device at most is spent on drawing. */
const REST = 4;

/** What frames are drawn on. */
export interface Ground {
  /** Whether frames are drawn by `draw` alone: then their time can be left out of training's. */
  leaves(): boolean;
  /** Resolves when what was drawn is done; rejects where nothing can be drawn any more. */
  done(): Promise<unknown>;
}

export interface DrawingLoop {
  /** Draws a frame if it is time for one; undefined where it is not. */
  draw(): Promise<void> | undefined;
  /** Draws nothing while it is not seen. */
  see(seen: boolean): void;
  stop(): void;
}

/** Draws whenever there is something new to see, never more than one frame at a time; `drawn` is told of each. Ends by `stop`. */
export function createDrawingLoop(drawing: Drawing, ground: Ground, drawn: () => void): DrawingLoop {
  let request = 0;
  let stopped = false;
  let seen = true;
  let cost = 0;
  const stop = () => {
    stopped = true;
    cancelAnimationFrame(request);
  };
  const draw = (time = performance.now()) => {
    const rest = REST * cost;
    const due = drawing.due(time, { fading: Math.max(FADING_MS, rest), following: Math.max(FOLLOWING_MS, rest) });
    if (stopped || !seen || !due) return undefined;
    return frame(time);
  };
  const frame = async (time: number) => {
    const began = performance.now();
    await drawing.ready();
    if (stopped) return;
    drawing.frame(time);
    drawn();
    await ground.done().then(() => {
      cost = performance.now() - began; // with the training that was waiting before it: then drawing rests the longer
    }, stop);
  };
  const step = (time: number) => {
    const begun = ground.leaves() ? undefined : draw(time);
    if (begun) void begun.then(next);
    else next();
  };
  const next = () => {
    if (!stopped) request = requestAnimationFrame(step);
  };
  next();
  return {
    draw: () => draw(),
    see(now) {
      seen = now;
    },
    stop,
  };
}
