import { LOSSES, type Loss, type LossName, TASKS, type TaskName, type Told } from "../../src/api/extend.js";
import { capital, percent } from "./format.js";
import type { Link } from "./link.js";

/** What is learnt of data, as a link names them. */
export const taskOf = (data: Link["data"]): TaskName => ("builtIn" in data ? undefined : data.options.task) ?? "classification";

/** What is told of a run beside its loss; the first is what runs are compared by. */
export const metricsOf = (task: TaskName): readonly Told[] => TASKS[task].metrics;

/** The metric that runs of a task are compared by. */
export const firstOf = (task: TaskName): Told => TASKS[task].metrics[0];

/** Whether the answers of a task are right or wrong, so that its first metric is a share of the samples. */
export const areRight = (task: TaskName): boolean => TASKS[task].right !== undefined;

/** What answers without looking at the inputs; undefined where the task knows nothing of the kind. */
export const floorOf = (task: TaskName): { readonly name: string; readonly about: string } | undefined => TASKS[task].floor;

/** Whether the loss of a task looks at samples together, so that a step is to take all of them. */
export const takesAll = (task: TaskName): boolean => {
  const losses: Readonly<Record<LossName, Loss>> = LOSSES;
  return losses[TASKS[task].losses[0] as LossName].whole !== undefined;
};

/** Whether a task learns labels, or numbers in their place, which can be shuffled. */
export const isLabelled = (task: TaskName): boolean => TASKS[task].targets !== "inputs";

/** What a metric is called. */
export const labelOf = ({ name, label = name }: Told): string => label;

/** The field of an epoch's record that has it: "testAccuracy". */
export const fieldOf = <P extends "train" | "test">({ name }: Told, part: P): `${P}${string}` => `${part}${capital(name)}`;

/** A value of it, in words. */
export const inWords = ({ fraction }: Told, value: number): string =>
  fraction ? percent(value) : String(Number(value.toPrecision(3)));

/** Whether one value is better than another. */
export const isBetter = ({ better }: Told, one: number, other: number): boolean =>
  better === "larger" ? one > other : one < other;
