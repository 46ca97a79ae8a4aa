import { type ChildProcess, fork } from "node:child_process";
import { createExecutor } from "../../experiment/run/execute.js";
import { Refusal, type Reply, type Request, type Timing } from "../../experiment/run/job.js";
import type { Slot } from "../../experiment/run/slot.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { CoppiceError } from "../../util/check.js";

import { piecesWords } from "../own-pieces.js";

type Env = Readonly<Record<string, string | undefined>>;

/** The hidden command of a slot's process. */
export const CHILD_COMMAND = "experiment-slot";

/** A slot in this process. */
export function localSlot(env: Env, pieces: readonly OwnPiece[]): Slot {
  const executor = createExecutor(env, pieces);
  const stopping = new AbortController();
  return {
    run: (job, onTraining) => executor.run(job, { signal: stopping.signal, onTraining }),
    time: (job) => executor.time(job),
    leg: (job) => executor.leg(job),
    async stop() {
      stopping.abort(new Error("stopped"));
      await executor.dispose();
    },
  };
}

/**
 * A slot in a process of its own, which is started when the first job comes, kept while jobs succeed or are refused, and started anew after
 * one that failed: a crash fails that run alone. `script` is this program's, `pieces` the file of own ones.
 */
export function forkedSlot(env: Env, pieces?: string, script: string = process.argv[1]): Slot {
  const words = [CHILD_COMMAND, ...piecesWords(pieces)];
  let child: ChildProcess | undefined;
  const ask = async (request: Request, onTraining?: (done: number, of: number) => void): Promise<unknown> => {
    child ??= fork(script, words, { env: withoutSecret(env), stdio: ["ignore", "ignore", "pipe", "ipc"] });
    const asked = child;
    try {
      return await answer(asked, request, onTraining);
    } catch (error) {
      if (error instanceof Refusal) throw error;
      asked.kill("SIGKILL");
      if (child === asked) child = undefined;
      throw error;
    }
  };
  return {
    run: (job, onTraining) => ask({ kind: "run", job }, onTraining),
    time: async (job) => (await ask({ kind: "time", job })) as Timing,
    leg: (job) => ask({ kind: "leg", job }),
    async stop() {
      child?.kill("SIGKILL"); // it writes nothing
      child = undefined;
    },
  };
}

/** Runs need no queue. */
function withoutSecret({ COPPICE_QUEUE_PASSWORD: _, ...env }: Env): Env {
  return env;
}

/** Sends a request; resolves with the answer's value, rejects where the child says that it failed, or ends without an answer. */
function answer(child: ChildProcess, request: Request, onTraining?: (done: number, of: number) => void): Promise<unknown> {
  let complaint = "";
  const listen = (text: Buffer) => {
    complaint = (complaint + text).slice(-2000);
  };
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => {
      child.off("message", onMessage).off("exit", onExit).off("error", onError);
      child.stderr?.off("data", listen);
      finish();
    };
    const fail = (reason: string) => settle(() => reject(new CoppiceError(reason, "failure")));
    const refuse = (reason: string, told: string) => settle(() => reject(new Refusal(reason, "failure", told)));
    const onMessage = (reply: Reply) => {
      if (reply.kind === "training") onTraining?.(reply.done, reply.of);
      else if (reply.kind === "failed") fail(reply.reason);
      else if (reply.kind === "refused") refuse(reply.reason, reply.told);
      else settle(() => resolve(reply.value));
    };
    const onExit = (code: number | null, signal: string | null) => {
      const last = complaint.trim().split("\n").at(-1);
      fail(`its process ended ${signal ? `by ${signal}` : `with exit code ${code}`}${last ? `: ${last}` : ""}`);
    };
    const onError = (error: Error) => fail(`its process cannot be used: ${error.message}`);
    child.on("message", onMessage).on("exit", onExit).on("error", onError);
    child.stderr?.on("data", listen);
    child.send(request, (error) => {
      if (error) onError(error);
    });
  });
}
