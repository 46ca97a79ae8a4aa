/** A thread that `startWorker` started. */
export interface StartedWorker {
  /** Ends it, in the middle of its work if need be; resolves when it has ended (a page cannot tell: at once). */
  terminate(): Promise<void>;
}

/** Threads that run at once, where the page may share memory between them (it is cross-origin isolated); else 1. */
export function hardwareThreads(): number {
  return globalThis.crossOriginIsolated ? (globalThis.navigator?.hardwareConcurrency ?? 1) : 1;
}

/** Starts a worker that calls `serve(data)` of the given script, from a blob: URL (in a Content-Security-Policy: worker-src blob:). */
export function startWorker(script: string, data: object, onEnd: (reason: string) => void): StartedWorker {
  const start = `${script}\nonmessage = ({ data }) => serve(data);`;
  const url = URL.createObjectURL(new Blob([start], { type: "text/javascript" }));
  const worker = new Worker(url);
  worker.onerror = ({ message }) =>
    onEnd(message || "the worker could not be started: does the page's policy allow blob: workers?");
  worker.postMessage(data);
  return {
    async terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
