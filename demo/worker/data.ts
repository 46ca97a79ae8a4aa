import { suggestOptions } from "../../src/api/data.js";
import { TASKS, type TaskName } from "../../src/api/extend.js";
import { type Dataset, digits } from "../../src/api/index.js";
import { targetRanges } from "../../src/data/target-ranges.js";
import { checkedOutputs } from "../../src/tasks/checked.js";
import { readingFor } from "../../src/tasks/reading.js";
import { settleTask } from "../../src/train/config.js";
import { type BuiltIn, type DataInfo, dataFile, type Source } from "../sources.js";
import { informative } from "./informative.js";

let opened: { readonly source: Source; readonly dataset: Dataset; readonly task: TaskName } | undefined;

/** Reads a source and keeps it for what comes next. Throws what the reader throws, and then keeps what was open before. */
export async function openData(source: Source): Promise<DataInfo> {
  const dataset = await readSource(source);
  const task = taskFor(source.kind === "files" ? source.options : {}, dataset);
  if (dataset.targets) checkedOutputs(TASKS[task], dataset); // what no run could learn is told now
  opened = { source, dataset, task };
  return describe(source, dataset, task);
}

/** The dataset that is open in this worker. */
export function currentData(): Dataset {
  if (!opened) throw new Error("no data are open in this worker");
  return opened.dataset;
}

/** What is learnt of it. */
export function currentTask(): TaskName {
  if (!opened) throw new Error("no data are open in this worker");
  return opened.task;
}

/** What is to be learnt of a dataset: as asked, or as its labels say. */
export function taskFor({ task }: { readonly task?: TaskName }, dataset: Dataset): TaskName {
  return settleTask({ task }, dataset) as TaskName; // of names a name
}

const OWN: Readonly<Record<BuiltIn, () => Dataset | Promise<Dataset>>> = {
  digits,
  leukaemia: async () => (await import("../leukaemia/leukaemia.js")).leukaemia(),
  informative,
};

async function readSource(source: Source): Promise<Dataset> {
  if (source.kind === "built-in") return OWN[source.name]();
  const { labels, task, ...options } = source.options;
  const read = { ...options, ...readingFor(task && TASKS[task]), ...(labels && { labels: dataFile(labels) }) };
  const { readDataset } = await import("../../src/data/read-dataset.js");
  return readDataset(source.files.map(dataFile), read);
}

async function describe(source: Source, dataset: Dataset, task: TaskName): Promise<DataInfo> {
  const labels = source.kind === "files" ? source.options.labels : undefined;
  const { name, samples, features, imageShape, featureNames, groups } = dataset;
  return {
    name,
    samples,
    features,
    sha256: source.kind === "files" ? await sha256(source.files) : null,
    labels: labels ? { name: labels.name, sha256: await sha256([labels]) } : null,
    task,
    classes: classCounts(dataset),
    targets: targetRanges(dataset),
    imageShape: imageShape ?? null,
    featureNames: featureNames ?? null,
    groups: new Set(groups).size,
    notes: [...(dataset.notes ?? []), ...ownNotes(dataset)],
    suggestion: suggestOptions(dataset),
  };
}

/** What to say of weights in a dataset's file, and of other sets. */
export const ownNotes = ({ weights, beside = [] }: Dataset): string[] => [
  ...(weights ? ["samples count in training by the weights of the file"] : []),
  ...beside.map((part) => `the file's own ${part} set is not used here: the page holds out samples of the other`),
];

/** Samples of every class. */
export function classCounts({ classes, y }: Dataset): DataInfo["classes"] {
  const counts = new Uint32Array(classes.length);
  for (const label of y) counts[label]++;
  return classes.map((label, c) => ({ label, samples: counts[c] }));
}

/** sha256 of files, their bytes one after the other. */
export async function sha256(files: readonly File[]): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", await new Blob([...files]).arrayBuffer()));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
