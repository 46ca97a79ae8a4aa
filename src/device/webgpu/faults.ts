import { CoppiceError } from "../../util/check.js";

/** Collects what WebGPU reports out of band (loss, uncaptured errors) so that the next call throws it. */
export function watchFaults(device: GPUDevice) {
  let fault: CoppiceError | undefined;
  let stopped = false;
  const onError = (event: GPUUncapturedErrorEvent) => {
    fault ??= new CoppiceError(`webgpu: ${event.error.message}`, "failure");
  };
  device.addEventListener("uncapturederror", onError);
  // Reactions on a promise that never settles stay for good, with all they hold: so device.lost gets one, which rejects whoever waits.
  const waiting = new Set<(reason: CoppiceError) => void>();
  let gone: CoppiceError | undefined;
  void device.lost.then(({ reason, message }) => {
    gone = stopped
      ? new CoppiceError("webgpu: the device was disposed while work was under way", "failure")
      : new CoppiceError(
          `webgpu: the device was lost (${reason || "unknown reason"}): ${message || "no message"}; continue from the last checkpoint with --resume, with less work a submit if the driver reset it`,
          "failure",
        );
    if (!stopped) fault = gone;
    for (const reject of waiting) reject(gone);
  });
  const throwIfAny = () => {
    if (fault) throw fault;
  };
  return {
    throwIfAny,
    /** `work`, or the loss of the device if that comes first: promises of a lost device may never settle. */
    async unlessLost<T>(work: Promise<T>): Promise<T> {
      let stopWaiting = () => {};
      const lost = new Promise<never>((_, reject) => {
        if (gone) reject(gone);
        waiting.add(reject);
        stopWaiting = () => void waiting.delete(reject);
      });
      try {
        return await Promise.race([work, lost]);
      } finally {
        stopWaiting();
      }
    },
    stop() {
      stopped = true;
      device.removeEventListener("uncapturederror", onError);
    },
  };
}
