import type { PlannedRun } from "../plan/planned-runs.js";
import { type Job, NotStarted, reasonOf } from "./job.js";
import type { FailedRun, RunResult } from "./records.js";
import type { Slot } from "./slot.js";
import type { Rates } from "./tune-run.js";

/** What a schedule needs to know and tells. */
export interface ScheduleOptions {
  readonly slots: readonly Slot[];
  /** The job of a run, with the rates it takes from another where it does. */
  readonly jobOf: (run: PlannedRun, rates: Rates | null) => Job;
  /** The answer to a job as its result; throws where it is not that. */
  readonly checked: (run: PlannedRun, job: Job, answer: unknown) => RunResult;
  /** Results and failures so far. */
  readonly resultOf: (key: string) => RunResult | undefined;
  readonly failureOf: (key: string) => FailedRun | undefined;
  readonly onResult: (run: PlannedRun, result: RunResult) => void;
  readonly onFailure: (run: PlannedRun, failed: FailedRun) => void;
  readonly onTraining?: (run: PlannedRun, done: number, of: number) => void;
  /** True from when on no further run is to be started; those under way end. */
  readonly isOver: () => boolean;
  /** Aborted when slots are stopped: what they were at is neither done nor failed. */
  readonly signal?: AbortSignal;
}

/**
 * Does runs on slots, in their order; one that takes another's rates waits for it, and fails where that failed. Resolves with the runs that
 * were not started. What `onResult` throws (a full disk) ends the schedule.
 */
export async function schedule(runs: readonly PlannedRun[], options: ScheduleOptions): Promise<PlannedRun[]> {
  const queue = [...runs];
  const underWay = new Set<string>();
  const wake: (() => void)[] = [];
  const take = (): PlannedRun | undefined => {
    const waits = ({ needs }: PlannedRun) =>
      needs !== null && (underWay.has(needs) || queue.some(({ task }) => task.key === needs));
    const at = queue.findIndex((run) => !waits(run));
    return at < 0 ? undefined : queue.splice(at, 1)[0];
  };
  const work = async (slot: Slot) => {
    while (queue.length > 0 && !options.isOver() && !options.signal?.aborted) {
      const run = take();
      if (run) {
        underWay.add(run.task.key);
        try {
          await perform(slot, run, options);
        } finally {
          underWay.delete(run.task.key);
          for (const go of wake.splice(0)) go();
        }
      } else await new Promise<void>((resolve) => wake.push(resolve));
    }
  };
  await Promise.all(options.slots.map(work));
  return queue;
}

async function perform(slot: Slot, run: PlannedRun, options: ScheduleOptions): Promise<void> {
  const { key } = run.task;
  const fail = (reason: string) => options.onFailure(run, { key, run: run.task.run, reason });
  const source = run.needs === null ? undefined : options.resultOf(run.needs);
  if (run.needs !== null && !source?.tuning) {
    return fail(
      `it takes its learning rate from ${run.needs}, which failed: ${options.failureOf(run.needs)?.reason ?? "no result"}`,
    );
  }
  const job = options.jobOf(run, source?.tuning ?? null);
  let result: RunResult;
  try {
    const answer = await slot.run(job, (done, of) => options.onTraining?.(run, done, of));
    result = options.checked(run, job, answer);
  } catch (error) {
    if (options.signal?.aborted || error instanceof NotStarted) return;
    fail(reasonOf(error));
    slot.stored?.(job); // a wrong answer is not to be had again
    return;
  }
  options.onResult(run, result);
  slot.stored?.(job);
}
