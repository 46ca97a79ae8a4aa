import { alignClasses, alignFeatures, takeSamples, toDense } from "../../src/api/data.js";
import type { Answer, Told } from "../../src/api/extend.js";
import {
  type Dataset,
  type Device,
  decodeCheckpoint,
  type Evaluation,
  encode,
  type LoadedModel,
  loadModel,
  type SavedModel,
} from "../../src/api/index.js";
import { checkpointParts, membersOf } from "../../src/api/io.js";
import { columnsOf, toCsv, toRecords } from "../../src/tasks/answer-lines.js";
import { outputsOf } from "../../src/tasks/answers.js";
import { taskIn } from "../../src/tasks/index.js";
import type { LabelReport } from "../../src/tasks/label-report.js";
import { learnsNumbers, needsLabels, readingLike } from "../../src/tasks/reading.js";
import type { TargetReport } from "../../src/tasks/target-report.js";
import type { Settings } from "../settings.js";
import { dataFile, type FileOptions } from "../sources.js";
import { currentData } from "./data.js";
import { onDevice } from "./device.js";
import { sourceOf } from "./private-files.js";
import { showNetwork } from "./viewer.js";

/** The worker's model: the last state of the first run, or one that was loaded from a file. */
let kept: { readonly saved: SavedModel; readonly origin: Origin | null; readonly file: string | null } | undefined;

/** How a model came about in this worker: what it was trained by and on, and what of it was held out. */
export interface Origin {
  readonly settings: Settings;
  readonly dataset: Dataset;
  readonly test: Uint32Array;
}

/** Makes `saved` the worker's model: of training here, or from a file. */
export function keepModel(saved: SavedModel, origin: Origin | null, file: string | null = null): void {
  kept = { saved, origin, file };
}

/** The model on a device: loaded when it is first needed there, until another takes its place. */
let loaded: { readonly device: Device; readonly model: LoadedModel } | undefined;

/** Puts the worker's model on the device it was trained on, or on one of kind `otherwise`, unless it is there, and asks it something. */
async function askModel<T>(otherwise: Settings["device"], ask: (model: LoadedModel) => Promise<T>): Promise<T> {
  const { saved, origin } = model();
  return onDevice(origin?.settings.device ?? otherwise, async (device) => ask(await loadOn(device, saved)));
}

/** Puts the worker's model where `askModel` has it, and shows it. */
export async function showModel(otherwise: Settings["device"]): Promise<void> {
  await askModel(otherwise, async () => {});
}

async function loadOn(device: Device, saved: SavedModel): Promise<LoadedModel> {
  if (loaded?.device === device && loaded.model.saved === saved) return loaded.model;
  await loaded?.model.dispose();
  loaded = { device, model: loadModel(device, saved) };
  showNetwork(loaded.model.view, 0, true);
  return loaded.model;
}

/** What the page says of the model. */
export interface ModelInfo {
  /** Networks that answer together. */
  readonly members: number;
  /** Of every layer, inputs and classes included; none of members that differ in their layers. */
  readonly neurons: readonly number[];
  readonly connections: number;
  /** What it learnt, what the outputs of that are called, and their names. */
  readonly task: string;
  readonly called: string;
  readonly classes: readonly string[];
  /** How it was trained, where it says so. */
  readonly method: string | null;
  readonly seed: number | null;
  readonly epoch: number | null;
  /** The data it was trained on, where that was here; the file it was opened from, where it was not. */
  readonly data: string | null;
  readonly file: string | null;
  readonly version: string | null;
  readonly adapter: string | null;
  /** Whether it knows the names of its features, and so finds them in a file. */
  readonly named: boolean;
}

export async function modelInfo(): Promise<ModelInfo> {
  const { saved, origin, file } = model();
  const { features, classes, training, featureNames } = saved;
  const members = membersOf(saved);
  const alike = members.every(({ layers }) => layers.length === members[0].layers.length);
  const layers = members[0].layers.map((_, i) => members.map((member) => member.layers[i]));
  const { name, called = "outputs" } = taskIn(saved);
  const config = training?.config as { method?: string; seed?: number } | undefined;
  const plan = training?.plan as { version: string; adapter: string } | undefined;
  return {
    members: members.reduce((sum, { layers: [{ share = 1 }] }) => sum + share, 0),
    neurons: alike ? [features, ...layers.map((each) => each.reduce((sum, { out }) => sum + out, 0))] : [],
    connections: members.flatMap((member) => member.layers).reduce((sum, { params }) => sum + params.values.length, 0),
    task: name,
    called,
    classes,
    method: config?.method ?? null,
    seed: config?.seed ?? null,
    epoch: training?.epoch ?? null,
    data: origin?.dataset.name ?? null,
    file,
    version: plan?.version ?? null,
    adapter: plan?.adapter ?? null,
    named: featureNames !== undefined,
  };
}

/** The model as a checkpoint file: the same format as that of the command line. */
export async function modelFile(): Promise<Blob> {
  return new Blob(checkpointParts(model().saved) as Uint8Array<ArrayBuffer>[]);
}

/** Makes a checkpoint file the worker's model. Throws when it is none, and then the model before stays. */
export async function openModelFile(file: File): Promise<ModelInfo> {
  keepModel(decodeCheckpoint(sourceOf(file), file.name), null, file.name);
  return modelInfo();
}

/** What training shows of a network. */
export interface ModelFigures {
  readonly epoch: number;
  readonly connections: number;
  readonly neurons: readonly number[];
  /** Metrics and other numbers that there are of it on the samples held out, by their names. */
  readonly measures: Readonly<Record<string, number>>;
  /** What there is to tell, a sentence each. */
  readonly notes: readonly string[];
}

/** Tries the model that training left on the samples it had held out, whatever data are open now. */
export async function figuresOfModel(): Promise<ModelFigures> {
  const { origin } = model();
  if (!origin) throw new Error("this model was not trained here");
  const { neurons, connections, epoch } = await modelInfo();
  const held = takeSamples(origin.dataset, origin.test);
  const { notes, ...evaluation } = await askModel(origin.settings.device, (asked) => asked.evaluate(held));
  const measures = Object.fromEntries(
    Object.entries(evaluation).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
  return { epoch: epoch ?? 0, connections, neurons, measures, notes };
}

/** A sample that was taken for another class. */
export interface Mistake {
  /** Its place in the dataset, from 0, and its ID where it has one. */
  readonly sample: number;
  readonly id: string | null;
  readonly truth: string;
  readonly taken: string;
  readonly probability: number;
  /** Its values, where they are a picture. */
  readonly picture: Float32Array | null;
}

/** How a test came out; what there is of classes alone is left out of other tasks. */
export interface TestReport extends Partial<Omit<Evaluation, "confusionPairs" | "answers" | "targets">> {
  readonly samples: number;
  readonly loss: number;
  readonly notes: readonly string[];
  readonly task: string;
  /** Each target, or each label, by itself, where the task has several. */
  readonly perTarget?: readonly TargetReport[];
  readonly perLabel?: readonly LabelReport[];
  /** What is told of it beside the loss, and in a table. */
  readonly tested: readonly Told[];
  readonly scores: readonly Told[];
  /** What `predict` gives of the samples, and what that is held against; null of more numbers than a page draws. */
  readonly answers: object | null;
  readonly targets: ArrayLike<number> | null;
  /** Whether the samples are those held out when this very model was trained; else it may have seen them. */
  readonly heldOut: boolean;
  /** The data they are of, and how their pictures are shaped. */
  readonly data: string;
  readonly imageShape: readonly [number, number] | null;
  readonly classes: readonly string[];
  /** Of a task whose answers are right or wrong. */
  readonly mistakes: readonly Mistake[] | null;
}

const MOST_MISTAKES = 24;
/** Probabilities, or other outputs, that a page draws. */
const MOST_DRAWN = 200_000;
/** Samples that are predicted together in search of mistakes: of very many classes, the probabilities of all samples would not fit. */
const SEARCHED = 256;

/** How something is told of, without what computes it. */
const toldOf = ({ name, label, better, fraction }: Told): Told => ({ name, label, better, fraction });

/** Tries the model on the samples that its training held out, if the data it was trained on are still open; else on all that are open. */
export async function testModel(device: Settings["device"]): Promise<TestReport> {
  const { saved, origin } = model();
  const all = currentData();
  const heldOut = origin?.dataset === all ? origin.test : null;
  const dataset = heldOut ? takeSamples(all, heldOut) : all;
  const task = taskIn(saved);
  const { metrics, measured = [], told = metrics } = task;
  return askModel(device, async (asked) => {
    const few = dataset.samples * saved.classes.length <= MOST_DRAWN;
    const { confusionPairs: _all, answers, targets, ...evaluation } = await asked.evaluate(dataset, { answers: few });
    return {
      task: task.name,
      tested: [...metrics, ...measured].map(toldOf),
      scores: told.map(toldOf),
      heldOut: heldOut !== null,
      data: all.name,
      imageShape: all.imageShape ?? null,
      ...evaluation,
      answers: answers ?? null,
      targets: targets ?? null,
      classes: saved.classes,
      mistakes: task.right ? await findMistakes(asked, dataset, heldOut) : null,
    };
  });
}

/** The first samples that are taken for another class than theirs. */
async function findMistakes(asked: LoadedModel, dataset: Dataset, indices: Uint32Array | null): Promise<Mistake[]> {
  const { y, classes, ids, imageShape, samples } = alignClasses(dataset, asked.saved.classes);
  const mistakes: Mistake[] = [];
  for (let start = 0; start < samples && mistakes.length < MOST_MISTAKES; start += SEARCHED) {
    const part = takeSamples(
      dataset,
      Uint32Array.from({ length: Math.min(SEARCHED, samples - start) }, (_, k) => start + k),
    );
    const { labels, probabilities } = await asked.predict(part.x);
    for (let k = 0; k < labels.length && mistakes.length < MOST_MISTAKES; k++) {
      const i = start + k;
      if (y[i] === labels[k]) continue;
      mistakes.push({
        sample: indices ? indices[i] : i,
        id: ids?.[i] ?? null,
        truth: classes[y[i]],
        taken: classes[labels[k]],
        probability: probabilities[k * classes.length + labels[k]],
        picture: imageShape ? Float32Array.from(toDense(takeSamples(dataset, [i]).x)) : null,
      });
    }
  }
  return mistakes;
}

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

function model() {
  if (!kept) throw new Error("there is no model yet: train one, or open a checkpoint");
  return kept;
}
