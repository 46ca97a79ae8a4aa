import type { Dataset } from "../data/dataset.js";
import type { Task } from "./task.js";

/** The strata of a set by which a task's splits are made: a number per sample, or 0 and 1 for each label of a sample. */
export const strataOf = (task: Task, set: Dataset): Uint32Array | Uint8Array =>
  task.strata?.(set) ?? new Uint32Array(set.samples);
