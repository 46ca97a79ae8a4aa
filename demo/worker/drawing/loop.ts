import type { Drawing, Pace } from "./drawing.js";

/** For a device that is a program on the CPU, where a frame takes as long as many steps of training. */
export const SOFTWARE_PACE: Pace = { fading: 300, following: 1000 };

/** Draws whenever there is something new to see, never more than one frame at a time on the device. Ends by `stop`. */
export function createDrawingLoop(drawing: Drawing, device: GPUDevice, pace?: Pace): { stop(): void } {
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
    if (!drawing.due(time, pace)) return next();
    drawing.frame(time);
    device.queue.onSubmittedWorkDone().then(next, stop); // rejects when the device is lost
  };
  void device.lost.then(stop);
  next();
  return { stop };
}
