import { type Remote, releaseProxy, wrap } from "comlink";
import { STALL_MS, stallOf } from "../../src/data/formats/hdf5/calls.js";
import h5wasm from "../h5wasm.ts?worker&url";
import type { WorkerApi } from "../worker/main.js";
import CoppiceWorker from "../worker/main.ts?worker&inline";

/** A worker of the page's own; that of `WorkerApi` holds one device, one dataset and one run at a time. */
export interface Helper<Api = WorkerApi> {
  readonly api: Remote<Api>;
  /** Rejects when the worker could not be started, or ended on an error of its own. */
  readonly failed: Promise<never>;
  end(): void;
}

/** Starts a worker from a blob, which is held to the page's policy: nothing can be sent from it. Its name is where the HDF5 library lies. */
export function startWorker(): Helper {
  return helperOf<WorkerApi>(new CoppiceWorker({ name: new URL(h5wasm, import.meta.url).href }));
}

/** The functions of a worker that has just been started. */
export function helperOf<Api>(worker: Worker): Helper<Api> {
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
