/** A thread that `startWorker` started. */
export interface StartedWorker {
  /** Ends it, in the middle of its work if need be; resolves when it has ended (a page cannot tell: at once). */
  terminate(): Promise<void>;
}

/** Threads that may compute together. */
export interface AvailableThreads {
  readonly count: number;
  /** Why it is 1, where the platform has no workers or lets none start. */
  readonly reason?: string;
}

/** Why a worker ended; `failed` by an error, which may be that it could not start. */
export type OnEnd = (reason: string, failed?: boolean) => void;

/** Threads that run at once, where the page may share memory between them (it is cross-origin isolated); else 1. */
export function availableThreads(): AvailableThreads {
  if (typeof Worker === "undefined" || typeof URL.createObjectURL !== "function")
    return { count: 1, reason: "there are no workers of workers here, as in a service worker" };
  return { count: globalThis.crossOriginIsolated ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1 };
}

/**
 * Starts a worker that calls `serve(data)` of the given script, from a blob: URL (in a Content-Security-Policy: worker-src blob:). Throws
 * where there are no workers, or they may not share memory; a policy that forbids it is told to `onEnd`.
 */
export function startWorker(script: string, data: object, onEnd: OnEnd): StartedWorker {
  const start = `${script}\nonmessage = ({ data }) => serve(data);`;
  const url = URL.createObjectURL(new Blob([start], { type: "text/javascript" }));
  let worker: Worker | undefined;
  const end = () => {
    worker?.terminate();
    URL.revokeObjectURL(url);
  };
  try {
    worker = new Worker(url);
    worker.onerror = ({ message }) =>
      onEnd(message || "a worker could not be started: the page's policy needs worker-src blob:", true);
    worker.postMessage(data);
  } catch (error) {
    end();
    throw error;
  }
  return { terminate: async () => end() };
}
