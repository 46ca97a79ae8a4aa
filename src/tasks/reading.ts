import type { Dataset } from "../data/dataset.js";
import type { ReadOptions } from "../data/formats/read-options.js";
import type { Task } from "./task.js";

/** Whether targets are several labels a sample: two columns or more, of 0 and 1 alone. */
export const areLabels = ({ targets = new Float64Array(), samples }: Pick<Dataset, "targets" | "samples">): boolean =>
  targets.length > samples && targets.every((value) => value === 0 || value === 1);

type Reading = Pick<ReadOptions, "numeric" | "classes" | "targetNames" | "ignoreLabels">;

/** How labels are read for a task, as numbers, as classes, or not at all; nothing where the task is to be guessed. */
export function readingFor(task: Task | undefined): Reading {
  if (!task) return {};
  return needsLabels(task) ? { numeric: learnsNumbers(task) } : { ignoreLabels: "named" };
}

/** Whether samples are to have labels, or numbers in their place. */
export const needsLabels = ({ targets }: Pick<Task, "targets">): boolean => targets !== "inputs";

/** Whether data have numbers to learn in the place of classes. */
export const learnsNumbers = ({ numeric, scaled = false }: Task): boolean => numeric ?? scaled;

/** How the labels of further samples are read: as those of the training set, or of a model's outputs. A task that does not align takes any. */
export function readingLike(
  task: Task,
  { classes, targetNames }: Pick<Dataset, "targetNames"> & { readonly classes: readonly string[] },
): Reading {
  if (!needsLabels(task)) return { ignoreLabels: "named" };
  if (learnsNumbers(task)) return { numeric: true, targetNames: targetNames ?? task.targetNames?.(classes) ?? classes };
  return { numeric: false, ...(task.align && { classes }) };
}
