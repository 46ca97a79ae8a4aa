import { findPiece } from "../options/piece.js";
import { classification, classificationAbove } from "./classification.js";
import { multiLabel } from "./multi-label.js";
import { reconstruct } from "./reconstruct.js";
import { regression } from "./regression.js";
import { survival } from "./survival.js";
import type { Task } from "./task.js";

/** The tasks that have a name. */
export const TASKS = { classification, regression, survival, "multi-label": multiLabel, reconstruct };

/** The name of a task. */
export type TaskName = keyof typeof TASKS;

/** The task of that name, or itself; classification where none is said, as in files of 0.1.0. */
export const taskOf = (task: TaskName | Task = "classification"): Task => findPiece<TaskName, Task>(TASKS, task);

/** The task of a model, by the threshold that it may keep. */
export const taskIn = ({
  config,
  threshold,
}: {
  readonly config: { readonly task?: TaskName | Task };
  readonly threshold?: number;
}): Task => (threshold === undefined ? taskOf(config.task) : classificationAbove(threshold));
