import type { Drawing } from "./drawing.js";

/** 30 frames a second at most while something fades, and 10 to follow the weights. */
const [FADING_MS, FOLLOWING_MS] = [33, 100];
/** While training, the pause between frames is so many times what the last one took: a fifth of the device at most is spent on drawing. */
const REST = 4;

/** Draws whenever there is something new to see, never more than one frame at a time on the device. Ends by `stop`. */
export function createDrawingLoop(drawing: Drawing, device: GPUDevice): { stop(): void } {
  let request = 0;
  let stopped = false;
  let cost = 0;
  const stop = () => {
    stopped = true;
    cancelAnimationFrame(request);
  };
  const next = () => {
    if (!stopped) request = requestAnimationFrame(step);
  };
  const step = (time: number) => {
    const rest = REST * cost;
    if (!drawing.due(time, { fading: Math.max(FADING_MS, rest), following: Math.max(FOLLOWING_MS, rest) })) return next();
    const began = performance.now();
    drawing.frame(time);
    const drawn = () => {
      cost = performance.now() - began; // with the training that was waiting before it: then drawing rests the longer
      next();
    };
    device.queue.onSubmittedWorkDone().then(drawn, stop); // rejects when the device is lost
  };
  void device.lost.then(stop);
  next();
  return { stop };
}
