import type { ReadOptions } from "../../src/data/formats/read-options.js";
import type { TaskName } from "../../src/tasks/index.js";

/** A table that a task cannot learn from: how it is read, and the one line that says why. */
export interface BadTable {
  readonly what: string;
  readonly csv: string;
  readonly task: TaskName;
  readonly read: Pick<ReadOptions, "target" | "label" | "labelSeparator" | "time" | "event" | "sampleWeight">;
  readonly message: RegExp;
}

const SAMPLES = 30;
/** Features a and b, then columns that are the same in most samples. */
function table(columns: Readonly<Record<string, (s: number) => number | string>>): string {
  const rows = Array.from({ length: SAMPLES }, (_, s) =>
    [Math.sin(1 + 7 * s).toFixed(3), Math.cos(3 * s).toFixed(3), ...Object.values(columns).map((of) => of(s))].join(","),
  );
  return `${["a", "b", ...Object.keys(columns)].join(",")}\n${rows.join("\n")}\n`;
}
const odd = (value: number | string, others: (s: number) => number | string) => (s: number) => (s === 5 ? value : others(s));
const half = (s: number) => s % 2;
const third = (s: number) => Number(s % 3 === 0);

export const BAD_TABLES: readonly BadTable[] = [
  {
    what: "a label that is neither 0 nor 1",
    csv: table({ x: odd(2, half), y: third }),
    task: "multi-label",
    read: { target: ["x", "y"] },
    message: /label "x" of sample 6 is 2, expected 0 or 1/,
  },
  {
    what: "a label that no sample has",
    csv: table({ x: half, y: () => 0 }),
    task: "multi-label",
    read: { target: ["x", "y"] },
    message: /no training sample has label "y": there is nothing to learn; leave it out/,
  },
  {
    what: "a label that every sample has",
    csv: table({ x: half, y: () => 1 }),
    task: "multi-label",
    read: { target: ["x", "y"] },
    message: /each of the \d+ training samples has label "y": there is nothing to learn; leave it out/,
  },
  {
    what: "labels that no sample has at all",
    csv: table({ x: () => 0, y: () => 0 }),
    task: "multi-label",
    read: { target: ["x", "y"] },
    message: /no training sample has label "x": there is nothing to learn; leave it out/,
  },
  {
    what: "texts without any label",
    csv: table({ tags: () => "" }),
    task: "multi-label",
    read: { label: "tags", labelSeparator: ";" },
    message: /its samples have no label; of several labels there are two or more/,
  },
  {
    what: "a weight below 0",
    csv: table({ y: (s) => s + 0.5, weight: odd(-1, () => 1) }),
    task: "regression",
    read: { target: ["y"], sampleWeight: "weight" },
    message: /the weight of sample 6 is -1, expected a finite number of at least 0/,
  },
  {
    what: "a weight that is no number",
    csv: table({ y: (s) => s + 0.5, weight: odd("much", () => 1) }),
    task: "regression",
    read: { target: ["y"], sampleWeight: "weight" },
    message: /the weight of sample 6 is "much", expected a number/,
  },
  {
    what: "a time below 0",
    csv: table({ time: odd(-1, (s) => s), event: half }),
    task: "survival",
    read: { time: "time", event: "event" },
    message: /sample 6: time "time" is -1, expected a number of at least 0/,
  },
  {
    what: "an event that is neither 0 nor 1",
    csv: table({ time: (s) => s, event: odd(0.5, half) }),
    task: "survival",
    read: { time: "time", event: "event" },
    message: /sample 6: event "event" is 0.5, expected 1 where it came, 0 where it had not come yet/,
  },
  {
    what: "no event",
    csv: table({ time: (s) => s, event: () => 0 }),
    task: "survival",
    read: { time: "time", event: "event" },
    message: /no event came among its \d+ samples \(column "event" is 0 throughout\)/,
  },
  {
    what: "a target that is always the same",
    csv: table({ y: () => 3.5 }),
    task: "regression",
    read: { target: ["y"] },
    message: /target "y" is 3.5 in all \d+ training samples: there is nothing to learn; leave it out/,
  },
  {
    what: "one target of two that is always the same",
    csv: table({ y: (s) => s + 0.5, z: () => 3.5 }),
    task: "regression",
    read: { target: ["y", "z"] },
    message: /target "z" is 3.5 in all \d+ training samples: there is nothing to learn; leave it out/,
  },
];
