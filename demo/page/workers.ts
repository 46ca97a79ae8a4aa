import { type Remote, releaseProxy, wrap } from "comlink";
import { STALL_MS, stallOf } from "../../src/data/formats/hdf5/calls.js";
import Boot from "../worker/boot.ts?worker&inline";
import type { WorkerApi } from "../worker/main.js";
import { url as script } from "../worker/main.js?script";

/** A worker of the page's own; that of `WorkerApi` holds one device, one dataset and one run at a time. */
export interface Helper<Api = WorkerApi> {
  readonly api: Remote<Api>;
  /** Rejects when the worker could not be started, or ended on an error of its own. */
  readonly failed: Promise<never>;
  end(): void;
}

/** Starts the worker that opens data, trains, draws and holds the model. */
export const startWorker = (): Helper => helperOf<WorkerApi>(script);

/** Starts a worker of a script. It is held to the page's policy, so that nothing can be sent from it: see boot.ts. */
export function helperOf<Api>(script: string): Helper<Api> {
  const worker = new Boot({ name: script });
  const api = wrap<Api>(worker);
  let stop = (_why: string) => {};
  const failed = new Promise<never>((_, reject) => {
    worker.onerror = ({ message }) => reject(new Error(`a worker stopped: ${message || "it could not be started"}`));
    stop = (why) => {
      worker.terminate();
      reject(new Error(why));
    };
  });
  let busy: ReturnType<typeof setTimeout> | undefined;
  worker.addEventListener("message", ({ data: { hdf5 } }: MessageEvent<{ hdf5?: string | null }>) => {
    if (hdf5 === undefined) return;
    clearTimeout(busy);
    if (hdf5 !== null) busy = setTimeout(() => stop(stallOf(hdf5)), STALL_MS);
  });
  failed.catch(() => {}); // whoever waits for an answer hears of it
  return {
    api,
    failed,
    end() {
      clearTimeout(busy);
      api[releaseProxy]();
      worker.terminate();
    },
  };
}
