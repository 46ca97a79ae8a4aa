import { type Metric, TASKS } from "../../src/api/extend.js";
import { capital, percent } from "./format.js";

/** What is told of a run beside its loss; the first is what runs are compared by. */
export const METRICS = TASKS.classification.metrics;

/** What a metric is called. */
export const labelOf = ({ name, label = name }: Metric): string => label;

/** The field of an epoch's record that has it: "testAccuracy". */
export const fieldOf = <P extends "train" | "test">({ name }: Metric, part: P): `${P}${string}` => `${part}${capital(name)}`;

/** A value of it, in words. */
export const inWords = ({ fraction }: Metric, value: number): string =>
  fraction ? percent(value) : String(Number(value.toPrecision(3)));
