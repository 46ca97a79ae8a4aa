import { alignFeatures } from "../../src/api/data.js";
import type { Answer } from "../../src/api/extend.js";
import { type Dataset, encode } from "../../src/api/index.js";
import { columnsOf, toCsv, toRecords } from "../../src/tasks/answer-lines.js";
import { outputsOf } from "../../src/tasks/answers.js";
import { taskIn } from "../../src/tasks/index.js";
import { learnsNumbers, needsLabels, readingLike } from "../../src/tasks/reading.js";
import type { Settings } from "../settings.js";
import { dataFile, type FileOptions } from "../sources.js";
import { onDevice } from "./device.js";
import { askModel, model } from "./model.js";

export interface FilePrediction {
  readonly samples: number;
  /** The names of the columns, and what they hold of the first samples. */
  readonly columns: readonly string[];
  readonly first: readonly (readonly (string | number)[])[];
  /** All of them as CSV, as `coppice predict` writes it. */
  readonly csv: Blob;
  /** What there is to tell of the samples and of the file, a sentence each. */
  readonly notes: readonly string[];
}

/** Predictions that are shown. */
const SHOWN = 20;

/** What the model answers for the samples of a file, or the activations of its last hidden layer; labels it may have are not looked at. */
export async function predictFile(
  file: File,
  options: Pick<FileOptions, "orientation" | "label" | "id" | "header">,
  device: Settings["device"],
  what: "answers" | "encoding" = "answers",
): Promise<FilePrediction> {
  const { saved, origin } = model();
  const dataset = await readForModel(file, options);
  if (what === "encoding")
    return onDevice(origin?.settings.device ?? device, async (on) => {
      const { neurons: outputs, values, notes } = await encode(on, saved, dataset.x);
      const table = tableOf(dataset, (i) => outputsOf({ outputs, values }, i), outputs);
      return { ...table, notes: [...(dataset.notes ?? []), ...notes] };
    });
  const { answer = outputsOf as never } = taskIn(saved);
  return askModel(device, async (asked) => {
    const { notes, ...answers } = await asked.predict(dataset.x);
    return { ...tableOf(dataset, (i) => answer(answers, i), saved.classes), notes: [...(dataset.notes ?? []), ...notes] };
  });
}

/** Answers for the samples of a dataset as a table, and as a file. */
function tableOf(dataset: Dataset, answer: (i: number) => Answer, outputs: readonly string[]): Omit<FilePrediction, "notes"> {
  const records = (samples: number) => toRecords(answer, { ...dataset, samples });
  const first = [...records(Math.min(dataset.samples, SHOWN))];
  return {
    samples: dataset.samples,
    columns: columnsOf(first[0], outputs),
    first: first.map((record) => Object.values(record).flat()),
    csv: new Blob([...toCsv(records(dataset.samples), outputs)], { type: "text/csv" }),
  };
}

/** The samples of a file as the model takes them. Throws on another number of features. */
async function readForModel(file: File, options: Pick<FileOptions, "orientation" | "label" | "id" | "header">): Promise<Dataset> {
  const { saved } = model();
  const task = taskIn(saved);
  const { features, featureNames: names } = saved.prepared ?? saved;
  const { readDataset } = await import("../../src/data/read-dataset.js");
  const read = await readDataset([dataFile(file)], {
    ...(options.label !== null && { ignoreLabels: true }),
    ...((learnsNumbers(task) || !needsLabels(task)) && readingLike(task, saved)),
    ...options,
    ...(names && { featureNames: names }),
    ...(saved.layout && { layout: saved.layout }),
    missing: saved.input?.median ? "median" : "error",
  });
  const dataset = alignFeatures(read, names);
  if (dataset.features !== features)
    throw new Error(`${file.name}: its samples have ${dataset.features} features, the model takes ${features}`);
  return dataset;
}
