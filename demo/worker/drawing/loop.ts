import type { Drawing } from "./drawing.js";

/** Milliseconds between frames that only follow the weights, so that the device is left for training; a software device is slower. */
export const FOLLOW_MS = { hardware: 100, software: 400 };

/** Draws whenever there is something new to see, never more than one frame at a time on the device. Ends by `stop`. */
export function createDrawingLoop(drawing: Drawing, device: GPUDevice, followMs: number): { stop(): void } {
  let request = 0;
  let stopped = false;
  const stop = () => {
    stopped = true;
    cancelAnimationFrame(request);
  };
  const next = () => {
    if (!stopped) request = requestAnimationFrame(step);
  };
  const step = (time: number) => {
    if (!drawing.due(time, followMs)) return next();
    drawing.frame(time);
    device.queue.onSubmittedWorkDone().then(next, stop); // rejects when the device is lost
  };
  void device.lost.then(stop);
  next();
  return { stop };
}
