import { LOSS } from "../losses/schema.js";
import { METRIC } from "../metrics/schema.js";
import { callable, type PieceSchema, pieceOf } from "../options/piece.js";
import { checkedBy, custom, flag, list, oneOf, optional, record, text } from "../options/schema.js";
import { shown } from "../util/shown.js";
import { TASKS, type TaskName } from "./index.js";
import type { Task } from "./task.js";

const some = ({ what, problem }: Pick<PieceSchema, "what" | "problem">, takes: string) =>
  list(checkedBy(problem, `a ${what}`), { least: 1, takes });

/** A metric itself: a task has no names of them. */
const METRIC_OBJECT = {
  what: METRIC.what,
  problem: (value: unknown) =>
    typeof value === "string"
      ? `${shown(value)} is a name, expected a metric as an object (METRICS holds those that have a name)`
      : METRIC.problem(value),
};

const TOLD = record({ name: text(), better: oneOf(["larger", "smaller"]) });

/** A task: by its name, or one of the user's own. */
export const TASK = pieceOf<TaskName, Task>("task", TASKS, {
  told: ["targets"],
  fields: {
    called: optional(text()),
    predicts: optional(oneOf(["classes", "labels", "numbers"])),
    losses: some(LOSS, "a list with names of losses, or losses"),
    metrics: some(METRIC_OBJECT, "a list with metrics"),
    outputs: callable,
    width: callable,
    targets: custom((value) => value === "inputs" || typeof value === "function", 'a function, or "inputs"'),
    scaled: optional(flag()),
    numeric: optional(flag()),
    targetNames: optional(callable),
    strata: optional(callable),
    divided: optional(callable),
    align: optional(callable),
    answers: optional(callable),
    unsure: optional(flag()),
    answer: optional(callable),
    measures: optional(callable),
    measured: optional(list(TOLD)),
    told: optional(list(TOLD)),
    right: optional(callable),
    floor: optional(record({ name: text(), about: text(), of: callable })),
    judging: optional(custom((value) => typeof value === "object" && value !== null, "an object that judges models")),
    onnx: optional(callable),
  },
  problem: ({ answers, answer }) => (!answers === !answer ? undefined : "needs answers and answer, or neither"),
});
