import type { Task } from "../tasks/task.js";
import { measureKey, measureNames } from "../train/measures.js";

type Part = "train" | "test";

/** The fields of a task's results for parts of the data: the loss, then its metrics. */
export function fieldsOf({ metrics }: Task, parts: readonly Part[]): `${Part}${string}`[] {
  return parts.flatMap((part) => measureNames(part, metrics).map((name) => measureKey(part, name)));
}
