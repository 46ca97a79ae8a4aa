import { hostname } from "node:os";
import type { Job as QueuedJob, Worker } from "bullmq";
import { duration } from "../../report/format.js";
import { CoppiceError } from "../../util/check.js";
import { cut } from "../../util/shown.js";
import { type JobDevice, Refusal, type Request, reasonOf } from "../run/job.js";
import type { Slot } from "../run/slot.js";
import { checkRequest } from "./check-job.js";
import { closed, type Host, type JobProgress, type QueueLink, STALLS } from "./connect.js";
import { localJob } from "./portable.js";

/**
 * Takes jobs from a queue, one at a time on each slot, until the signal; then what is under way is given back at once, and another worker
 * begins it anew. What the queue holds is checked first: a job that no plan has is failed, and reads and computes nothing. A lock on each job is renewed while its slot's process computes; a job whose lock is lost is somebody else's and is dropped.
 */
export async function serveQueue(link: QueueLink, slots: readonly Slot[], host: Host, signal: AbortSignal): Promise<void> {
  const name = `${hostname()}:${process.pid}`;
  const workers = slots.map((slot, i) => takeJobs(link, slot, { name, slot: i, host, signal }));
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
  const offline = link.redis.status !== "ready"; // then locks run out, and the jobs are given to others
  const closing = workers.map((worker) => worker.close(offline)); // takes no further job from here on
  await Promise.all(slots.map((slot) => slot.stop()));
  await closed(Promise.all(closing));
}

interface Taking {
  /** Of the process. */
  readonly name: string;
  readonly slot: number;
  readonly host: Host;
  readonly signal: AbortSignal;
}

function ask(slot: Slot, { kind, job }: Request, { env }: Host, onTraining: (done: number, of: number) => void) {
  if (kind === "leg") return slot.leg(localJob(job, env));
  const here = localJob(job, env);
  return kind === "run" ? slot.run(here, onTraining) : slot.time(here);
}

function takeJobs(link: QueueLink, slot: Slot, { name, slot: index, host, signal }: Taking): Worker<unknown> {
  const { bullmq, lockMs } = link;
  const device = link.queue.name as JobDevice;
  const perform = async (job: QueuedJob<unknown>, token: string | undefined, lost: AbortSignal | undefined) => {
    let key = `job ${cut(link.line(String(job.id)))}`; // until it is known to be one of ours
    let quiet = false;
    const tell = (text: string) => quiet || host.tell(`${key}: ${text}`);
    const report = (progress: JobProgress) => job.updateProgress(progress);
    const start = performance.now();
    lost?.addEventListener("abort", () => void slot.stop(), { once: true });
    try {
      signal.throwIfAborted(); // it was on its way here when the signal came
      const request = checkRequest(job.data, device);
      key = request.job.task.key;
      quiet = request.kind === "time";
      const value = await ask(slot, request, host, (done, of) => {
        report({ training: [done, of] }).catch(link.onError);
      });
      tell(`done in ${duration((performance.now() - start) / 1000)}`);
      return value;
    } catch (error) {
      if (signal.aborted) {
        tell("given back");
        await job.moveToWait(token);
        throw new bullmq.WaitingError();
      }
      if (lost?.aborted) {
        throw new CoppiceError(`${key}: was away from the queue for too long: it is another worker's now`, "failure");
      }
      if (error instanceof Refusal) {
        tell(`refused: ${error.message}`);
        await report({ refused: { worker: name, reason: error.told } });
        await job.moveToDelayed(Date.now() + lockMs / 6, token);
        throw new bullmq.DelayedError();
      }
      tell(`failed: ${reasonOf(error)}`);
      throw new Error(reasonOf(error));
    }
  };
  const worker = new bullmq.Worker<unknown>(link.queue.name, perform, {
    ...link.options,
    name: `${name}.${index}`,
    lockDuration: lockMs,
    stalledInterval: lockMs,
    maxStalledCount: STALLS - 1,
  });
  worker.on("lockRenewalFailed", (ids) => ids.forEach((id) => void worker.cancelJob(id)));
  worker.on("error", link.onError);
  return worker;
}
