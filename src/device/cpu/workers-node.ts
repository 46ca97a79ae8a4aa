import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { StartedWorker } from "./workers-browser.js";

/** Threads that run at once on this machine. */
export function hardwareThreads(): number {
  return availableParallelism();
}

/** Starts a thread that calls `serve(data)` of the given script. It does not keep the process alive. `onEnd` hears why it ended. */
export function startWorker(script: string, data: object, onEnd: (reason: string) => void): StartedWorker {
  const start = `${script}\nserve(require("node:worker_threads").workerData);`;
  const worker = new Worker(start, { eval: true, workerData: data, execArgv: [] }); // --input-type=module would make a module of it
  worker.on("error", (error) => onEnd(String(error)));
  worker.on("exit", (code) => onEnd(`it ended with exit code ${code}`));
  worker.unref();
  return {
    async terminate() {
      await worker.terminate();
    },
  };
}
