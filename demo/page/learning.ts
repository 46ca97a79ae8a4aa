import type { TaskName } from "../../src/api/extend.js";

/** The options of reading that say what is learnt of a file. */
export type Asked = "label" | "labelSeparator" | "target" | "time" | "event";

/** What each task is called in the page, and what of a file's columns it asks for. */
export const LEARNING: Readonly<Record<TaskName, { readonly text: string; readonly asks: readonly Asked[] }>> = {
  classification: { text: "classes", asks: ["label"] },
  regression: { text: "numbers (regression)", asks: ["target"] },
  "multi-label": { text: "several labels a sample", asks: ["label", "labelSeparator", "target"] },
  survival: { text: "time until an event (survival)", asks: ["time", "event"] },
  reconstruct: { text: "the samples themselves (autoencoder)", asks: [] },
};

/** What cannot be done without of what is asked for. */
const NEEDED: readonly Asked[] = ["time", "event"];

/** The tasks for which files are read that take these options. */
export const tasksFor = (options: readonly string[]): TaskName[] =>
  (Object.keys(LEARNING) as TaskName[]).filter((task) =>
    LEARNING[task].asks.every((asked) => !NEEDED.includes(asked) || options.includes(asked)),
  );
