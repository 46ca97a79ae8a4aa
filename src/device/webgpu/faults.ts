import { CoppiceError } from "../../util/check.js";

/** How long the failure of a call may come before the report of the loss that caused it, in ms: they have no certain order. */
const GRACE_MS = 100;

/** Collects what WebGPU reports out of band (loss, uncaptured errors) so that the next call throws it. */
export function watchFaults(device: GPUDevice) {
  let fault: CoppiceError | undefined;
  let stopped = false;
  const onError = ({ error }: GPUUncapturedErrorEvent) => {
    fault ??= new CoppiceError(
      `webgpu: ${error.message}`,
      "failure",
      error instanceof GPUOutOfMemoryError ? "out-of-memory" : undefined,
    );
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
          "device-lost",
        );
    if (!stopped) fault = gone;
    for (const reject of waiting) reject(gone);
  });

  /** `work`, or the loss of the device if that comes first: promises of a lost device may never settle. */
  const unlessLost = async <T>(work: Promise<T>): Promise<T> => {
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
  };

  return {
    throwIfAny() {
      if (fault) throw fault;
    },
    unlessLost,
    /** What WebGPU promised, or why it could not keep that: the loss of the device or the fault behind it rather than the failure of one call. */
    async kept<T>(promise: Promise<T>): Promise<T> {
      try {
        return await unlessLost(promise);
      } catch (error) {
        if (!gone) await unlessLost(new Promise((resolve) => setTimeout(resolve, GRACE_MS)));
        throw (
          gone ??
          fault ??
          (error instanceof CoppiceError ? error : new CoppiceError(`webgpu: ${(error as Error).message}`, "failure"))
        );
      }
    },
    stop() {
      stopped = true;
      device.removeEventListener("uncapturederror", onError);
    },
  };
}

export type Faults = ReturnType<typeof watchFaults>;
