import { createExecutor } from "../../experiment/run/execute.js";
import { Refusal, type Reply, type Request, reasonOf } from "../../experiment/run/job.js";
import type { OwnPiece } from "../../methods/pieces.js";
import { check } from "../../util/check.js";

/**
 * What a slot's process does: answers requests until the process that started it is gone. Results are written by that one alone, so this
 * one may be killed at any time.
 */
export async function serveSlot(env: Readonly<Record<string, string | undefined>>, pieces: readonly OwnPiece[]): Promise<void> {
  check(process.send !== undefined, "experiment-slot", () => "is started by coppice experiment, not by hand");
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
    process.removeAllListeners(signal).on(signal, () => {}); // all processes are told; the one that started this decides
  }
  const executor = createExecutor(env, pieces);
  const reply = (message: Reply) => process.send?.(message);
  const perform = ({ kind, job }: Request) => {
    if (kind === "leg") return executor.leg(job);
    if (kind === "time") return executor.time(job);
    return executor.run(job, { onTraining: (done, of) => reply({ kind: "training", done, of }) });
  };
  process.on("message", async (request: Request) => {
    try {
      reply({ kind: "result", value: await perform(request) });
    } catch (error) {
      const reason = reasonOf(error);
      reply(error instanceof Refusal ? { kind: "refused", reason, told: error.told } : { kind: "failed", reason });
    }
  });
  await new Promise<void>((resolve) => process.once("disconnect", resolve));
  process.exit(1);
}
