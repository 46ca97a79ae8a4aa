import { TASKS, type Told } from "../../src/api/extend.js";
import { capital, percent } from "./format.js";

const task = TASKS.classification;

/** What is told of a run beside its loss; the first is what runs are compared by. */
export const METRICS = task.metrics;

/** What a test tells beside its loss: the metrics, and what else the task measures. */
export const TESTED: readonly Told[] = [...METRICS, ...(task.measured ?? [])];

/** What a table tells of a test, in its order. */
export const SCORES: readonly Told[] = task.told ?? [];

/** What a metric is called. */
export const labelOf = ({ name, label = name }: Told): string => label;

/** The field of an epoch's record that has it: "testAccuracy". */
export const fieldOf = <P extends "train" | "test">({ name }: Told, part: P): `${P}${string}` => `${part}${capital(name)}`;

/** A value of it, in words. */
export const inWords = ({ fraction }: Told, value: number): string =>
  fraction ? percent(value) : String(Number(value.toPrecision(3)));
