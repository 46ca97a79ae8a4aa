import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";
import type { AvailableThreads, OnEnd, StartedWorker } from "./workers-browser.js";

/** Threads that run at once on this machine; 1 where Node's permissions forbid workers. */
export function availableThreads(): AvailableThreads {
  const { permission } = process as { permission?: { has(scope: string): boolean } }; // there when Node was started with --permission
  if (permission && !permission.has("worker")) return { count: 1, reason: "Node's permissions forbid workers: --allow-worker" };
  return { count: availableParallelism() };
}

/** Starts a thread that calls `serve(data)` of the given script. It does not keep the process alive. `onEnd` hears why it ended. Throws where none may start. */
export function startWorker(script: string, data: object, onEnd: OnEnd): StartedWorker {
  const start = `${script}\nserve(require("node:worker_threads").workerData);`;
  const worker = new Worker(start, { eval: true, workerData: data, execArgv: [] }); // --input-type=module would make a module of it
  worker.on("error", (error) => onEnd(String(error), true));
  worker.on("exit", (code) => onEnd(`it ended with exit code ${code}`));
  worker.unref();
  return {
    async terminate() {
      await worker.terminate();
    },
  };
}
