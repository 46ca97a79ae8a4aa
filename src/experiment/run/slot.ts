import type { Job, LegJob, Timing } from "./job.js";

/** Where one run is made at a time. */
export interface Slot {
  /**
   * Resolves with what should be the job's result: whoever asks checks it. Rejects with a CoppiceError where the run failed, its process included: the slot stays good for the next. With NotStarted where it was
   * taken back in time.
   */
  run(job: Job, onTraining?: (done: number, of: number) => void): Promise<unknown>;
  time(job: Job): Promise<Timing>;
  /** Likewise of a leg: see `checkLeg`. */
  leg(job: LegJob): Promise<unknown>;
  /** Told when the outcome of a run is on disk: a copy elsewhere may go. */
  stored?(job: Job): void;
  /** Ends what is under way, at once. */
  stop(): Promise<void>;
}
