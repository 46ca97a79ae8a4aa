import type { RunResult } from "../../../experiment/records.js";
import { CoppiceError } from "../../../util/check.js";
import { type Job, NotStarted, type Request, type Timing } from "../job.js";
import type { Slot } from "../slots.js";
import { sha256Json } from "../store.js";
import { type JobProgress, type QueueLink, STALLS } from "./connect.js";
import { portableJob } from "./portable.js";

/** Slots on a queue: one object stands for any number, as it holds any number of jobs at a time. */
export interface RemoteSlot extends Slot {
  /** The result of a job that was done in the absence of the one who asked. */
  finished(job: Job): Promise<RunResult | undefined>;
  /** Worker slots on the queue; waits until there is one, or the signal. */
  waitForWorkers(signal?: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/** A job on the queue that somebody waits for. */
interface Waiting {
  readonly id: string;
  readonly request: Request;
  readonly onTraining?: (done: number, of: number) => void;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** States that BullMQ's isFinished tells; anything else is on its way. */
const [MISSING, COMPLETED, FAILED] = [-1, 1, 2];

/**
 * A job's id is the sha256 of all that its result depends on: asking twice, by a process that was killed and started again, is asking once.
 * A job that has vanished (the server lost its memory; another who asked for the very same has taken it) is put on again.
 *
 * A job that a worker refuses waits for one that fits, however long that takes, as it does where there is none.
 *
 * `isOver`: jobs that nobody has started by then are taken back (NotStarted). `hint` is the command that starts a worker.
 */
export function remoteSlot(link: QueueLink, isOver: () => boolean, hint: string): RemoteSlot {
  const { queue, bullmq, options, lockMs } = link;
  const waiting = new Map<string, Waiting>();
  const events = new bullmq.QueueEvents(queue.name, options);
  const complaints = new Set<string>();
  const removals = new Set<Promise<unknown>>();
  let present = 0;

  const settle = (entry: Waiting, finish: () => void) => {
    waiting.delete(entry.id);
    finish();
  };
  const stateOf = async (id: string): Promise<[state: number, value?: string]> => {
    const found = await queue.getBackend().isFinished(id, true);
    return typeof found === "number" ? [found] : found;
  };
  const look = async (entry: Waiting): Promise<void> => {
    const { id, request } = entry;
    const [state, value = ""] = await stateOf(id);
    if (waiting.get(id) !== entry) return;
    if (state === COMPLETED) {
      if (request.kind === "time") await queue.remove(id);
      settle(entry, () => entry.resolve(JSON.parse(value)));
    } else if (state === FAILED) {
      await queue.remove(id); // asked for again, it is done again
      settle(entry, () => entry.reject(new CoppiceError(failure(value), "failure")));
    } else if (state === MISSING) {
      await queue.add(request.job.task.key, request, { jobId: id, lifo: request.kind === "time" });
    } else if (isOver() && request.kind === "run") {
      // remove tells 0 where a worker is at it
      if ((await queue.remove(id)) === 1) settle(entry, () => entry.reject(new NotStarted("the time is over")));
    }
  };
  const lookAt = (id: string) => {
    const entry = waiting.get(id);
    if (entry) look(entry).catch(link.onError); // whatever it was, it is looked at again
  };
  const tick = async () => {
    const before = present;
    present = await link.workers();
    if (present === 0 && before > 0 && waiting.size > 0) sayNobody();
    for (const id of waiting.keys()) lookAt(id);
  };
  const sayNobody = () => link.tell(`no worker is on ${link.shown} for ${queue.name}; start one with: ${hint}`);

  events.on("completed", ({ jobId }) => lookAt(jobId));
  events.on("failed", ({ jobId }) => lookAt(jobId));
  events.on("progress", ({ jobId, data }) => {
    const entry = waiting.get(jobId);
    for (const complaint of entry ? hear(entry, data as JobProgress) : []) {
      if (!complaints.has(complaint)) link.tell(complaint);
      complaints.add(complaint);
    }
  });
  events.on("error", link.onError);
  // events may be missed while the connection is lost, so everything is looked at now and then
  const timer = setInterval(() => void tick().catch(link.onError), Math.min(5000, lockMs));

  const ask = (kind: Request["kind"], asked: Job, onTraining?: Waiting["onTraining"]) =>
    new Promise<unknown>((resolve, reject) => {
      const request: Request = { kind, job: portableJob(asked) };
      const id = sha256Json(request);
      waiting.set(id, { id, request, onTraining, resolve, reject });
      lookAt(id);
    });
  const idOf = (job: Job) => sha256Json({ kind: "run", job: portableJob(job) });

  return {
    run: async (job, onTraining) => (await ask("run", job, onTraining)) as RunResult,
    time: async (job) => (await ask("time", job)) as Timing,
    stored(job) {
      const removal: Promise<unknown> = queue
        .remove(idOf(job))
        .catch(link.onError) // then it goes when its time is over
        .finally(() => removals.delete(removal));
      removals.add(removal);
    },
    async finished(job) {
      const [state, value = ""] = await stateOf(idOf(job));
      return state === COMPLETED ? (JSON.parse(value) as RunResult) : undefined;
    },
    async waitForWorkers(signal) {
      for (;;) {
        present = await link.workers();
        if (present > 0 || signal?.aborted) return present;
        sayNobody();
        await new Promise((resolve) => setTimeout(resolve, Math.min(1000, lockMs)));
      }
    },
    async stop() {
      const entries = [...waiting.values()];
      waiting.clear();
      const online = link.redis.status === "ready";
      // what a worker is at stays: its result is fetched by the next who asks
      await Promise.all(entries.map(({ id }) => (online ? queue.remove(id).catch(link.onError) : undefined)));
      for (const { reject } of entries) reject(new NotStarted("stopped"));
    },
    async close() {
      clearInterval(timer);
      const ended = Promise.all([...removals, events.close()]);
      if (link.redis.status === "ready") await ended; // else it would wait for the server
      await link.close();
    },
  };
}

/** Takes in how a job goes; returns what is to be said of it. */
function hear({ request, onTraining }: Waiting, { training, refused }: JobProgress): string[] {
  if (training) onTraining?.(...training);
  if (!refused) return [];
  const reason = refused.reason.replace(`${request.job.task.key}: `, "");
  return [`worker ${refused.worker} refuses runs, which wait for another: ${reason}`];
}

/** BullMQ's own word for a job whose workers were lost is hard to understand. */
function failure(reason: string): string {
  return /^job stalled more than/.test(reason)
    ? `its worker was lost ${STALLS} times (killed, out of memory, or cut off from the queue)`
    : reason;
}
