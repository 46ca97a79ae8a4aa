import { take } from "../../options/schema.js";
import { CoppiceError, check } from "../../util/check.js";
import { parseJson } from "../../util/parse-json.js";
import { type AnyJob, type Job, NotStarted, type Request, TIMING } from "../run/job.js";
import type { Slot } from "../run/slot.js";
import { sha256Json } from "../store/store.js";
import { closed, type JobProgress, type QueueLink, STALLS, within } from "./connect.js";
import { portableJob } from "./portable.js";

/** Slots on a queue: one object stands for any number, as it holds any number of jobs at a time. */
export interface RemoteSlot extends Slot {
  /** The answer to a job that was done in the absence of the one who asked, undefined where there is none; a usage error where it is no JSON. */
  finished(job: Job): Promise<unknown>;
  /** Worker slots on the queue; waits until there is one, or the signal, or the time is over. */
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

/** More than any answer that a plan allows, and what one process may well take. */
const MOST_ANSWER = 2 ** 28;

/** Different refusals that are told: who can write to the server could tell any number. */
const MOST_COMPLAINTS = 200;

/** States that BullMQ's isFinished tells; anything else is on its way. */
const [MISSING, COMPLETED, FAILED] = [-1, 1, 2];

/**
 * A job's id is the sha256 of all that its result depends on: asking twice, by a process that was killed and started again, is asking once.
 * A job that has vanished (the server lost its memory; another who asked for the very same has taken it) is put on again.
 *
 * A job that a worker refuses waits for one that fits, as it does where there is none. Nothing that comes from the queue is trusted: answers are
 * parsed here and checked by whoever asked, and what workers tell is cut to a line.
 *
 * `isOver`: from then on jobs that nobody has started are taken back (NotStarted), and so are all while the server is away. `hint` is the command
 * that starts a worker.
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
  const forget = (id: string): Promise<unknown> => {
    const removal: Promise<unknown> = queue
      .remove(id)
      .catch(link.onError) // then it goes when its time is over
      .finally(() => removals.delete(removal));
    removals.add(removal);
    return removal;
  };
  /** Settles what is not to stay on the queue: it is out of `waiting` before it is gone, or another look would put it on again. */
  const drop = async (entry: Waiting, finish: () => void) => {
    waiting.delete(entry.id);
    await forget(entry.id);
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
      const end = request.kind === "run" ? settle : drop; // of a run the result is kept until it is stored
      await end(entry, () => settleWith(entry, value));
    } else if (state === FAILED) {
      await drop(entry, () => entry.reject(new CoppiceError(failure(link.line(value)), "failure"))); // asked for again, it is done again
    } else if (state === MISSING) {
      await queue.add(request.job.task.key, request, { jobId: id, lifo: request.kind === "time" });
    } else if (isOver()) {
      const begun = (await queue.remove(id)) === 0; // a worker is at it: a run is waited for, a timing is not wanted any more
      if (!begun || request.kind === "time") settle(entry, () => entry.reject(new NotStarted("the time is over")));
    }
  };
  const lookAt = (id: string) => {
    const entry = waiting.get(id);
    if (entry) look(entry).catch(link.onError); // whatever it was, it is looked at again
  };
  const tick = async () => {
    const before = present;
    if (link.redis.status !== "ready") {
      if (isOver()) for (const entry of waiting.values()) settle(entry, () => entry.reject(new NotStarted("the time is over")));
      return; // asked now, it would be answered when the server is back
    }
    present = await link.workers();
    if (present === 0 && before > 0 && waiting.size > 0) sayNobody();
    for (const id of waiting.keys()) lookAt(id);
  };
  const sayNobody = () => link.tell(`no worker is on ${link.shown} for ${queue.name}; start one with: ${hint}`);

  events.on("completed", ({ jobId }) => lookAt(jobId));
  events.on("failed", ({ jobId }) => lookAt(jobId));
  events.on("progress", ({ jobId, data }) => {
    const entry = waiting.get(jobId);
    const complaint = entry && hear(entry, data);
    if (!complaint || complaints.has(complaint) || complaints.size === MOST_COMPLAINTS) return;
    complaints.add(complaint);
    link.tell(link.line(complaint));
  });
  events.on("error", link.onError);
  // events may be missed while the connection is lost, so everything is looked at now and then
  const timer = setInterval(() => void tick().catch(link.onError), Math.min(5000, lockMs));

  const ask = (kind: Request["kind"], asked: AnyJob, onTraining?: Waiting["onTraining"]) =>
    new Promise<unknown>((resolve, reject) => {
      const request = { kind, job: portableJob(asked) } as Request;
      const id = sha256Json(request);
      waiting.set(id, { id, request, onTraining, resolve, reject });
      lookAt(id);
    });
  const idOf = (job: Job) => sha256Json({ kind: "run", job: portableJob(job) });

  return {
    run: (job, onTraining) => ask("run", job, onTraining),
    time: async (job) => take(TIMING, await ask("time", job), `${job.task.key}: timing`),
    leg: (job) => ask("leg", job),
    stored(job) {
      void forget(idOf(job));
    },
    async finished(job) {
      const [state, value = ""] = await stateOf(idOf(job));
      return state === COMPLETED ? parseAnswer(value) : undefined;
    },
    async waitForWorkers(signal) {
      for (;;) {
        const asked = link.workers();
        asked.catch(() => {}); // where it comes too late
        present = (await within(lockMs, asked)) ?? 0; // without the server it would not come
        if (present > 0 || signal?.aborted || isOver()) return present;
        sayNobody();
        await pause(Math.min(1000, lockMs));
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
      if (link.redis.status === "ready") await closed(ended); // else it would wait for the server
      await link.close();
    },
  };
}

/** Takes in how a job goes; returns what is to be said of it. Whatever is not as `JobProgress` says is passed over: it is for the eye alone. */
function hear({ request, onTraining }: Waiting, progress: unknown): string | undefined {
  const { training, refused } = (progress ?? {}) as { [K in keyof JobProgress]?: unknown };
  const [done, of] = Array.isArray(training) ? training : [];
  if (Number.isInteger(done) && Number.isInteger(of) && done >= 0 && done <= of && of > 0) onTraining?.(done, of);
  const { worker, reason } = (refused ?? {}) as { worker?: unknown; reason?: unknown };
  if (typeof worker !== "string" || typeof reason !== "string") return undefined;
  return `worker ${worker} refuses runs, which wait for another: ${reason.replace(`${request.job.task.key}: `, "")}`;
}

function settleWith({ resolve, reject }: Waiting, value: string): void {
  try {
    resolve(parseAnswer(value));
  } catch (error) {
    reject(error as Error);
  }
}

/** What a worker answered; a usage error where it is no JSON. Whether it is what was asked for is another question. */
function parseAnswer(text: string): unknown {
  const where = "the answer is not what was asked for";
  check(text.length <= MOST_ANSWER, where, () => `${text.length} bytes, expected at most ${MOST_ANSWER}`);
  return parseJson(text, where);
}

function pause(ms: number): Promise<undefined> {
  return new Promise((resolve) => setTimeout(resolve, ms, undefined));
}

/** BullMQ's own word for a job whose workers were lost is hard to understand. */
function failure(reason: string): string {
  return /^job stalled more than/.test(reason)
    ? `its worker was lost ${STALLS} times (killed, out of memory, or cut off from the queue)`
    : reason;
}
