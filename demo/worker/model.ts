import { takeSamples } from "../../src/api/data.js";
import {
  type Dataset,
  type Device,
  decodeCheckpoint,
  type LoadedModel,
  loadModel,
  type SavedModel,
} from "../../src/api/index.js";
import { checkpointParts, membersOf } from "../../src/api/io.js";
import { taskIn } from "../../src/tasks/index.js";
import type { Settings } from "../settings.js";
import { onDevice } from "./device.js";
import { sourceOf } from "./private-files.js";
import { showNetwork } from "./viewer.js";

/** The worker's model: the last state of the first run, or one that was loaded from a file. */
let kept: { readonly saved: SavedModel; readonly origin: Origin | null; readonly file: string | null } | undefined;

/** What the runs of the last training came to. */
export const trained: SavedModel[] = [];

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
export async function askModel<T>(otherwise: Settings["device"], ask: (model: LoadedModel) => Promise<T>): Promise<T> {
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
  return fileOf(model().saved);
}

/** A model as a checkpoint file. */
export const fileOf = (saved: SavedModel): Blob => new Blob(checkpointParts(saved) as Uint8Array<ArrayBuffer>[]);

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
  const { origin, saved } = model();
  if (!origin) throw new Error("this model was not trained here");
  const { neurons, connections, epoch } = await modelInfo();
  const held = takeSamples(origin.dataset, origin.test);
  const { notes, ...evaluation } = await askModel(origin.settings.device, (asked) => asked.evaluate(held));
  const measures = Object.fromEntries(
    Object.entries(evaluation).filter((entry): entry is [string, number] => typeof entry[1] === "number"),
  );
  return { epoch: epoch ?? 0, connections, neurons, measures, notes: [...calibrationNotes(saved), ...notes] };
}

/** What to tell of a temperature. */
export function calibrationNotes({ temperature }: SavedModel): string[] {
  if (temperature === undefined) return [];
  return [`probabilities are calibrated by a temperature of ${Number(temperature.toPrecision(4))}`];
}

/** The worker's model. Throws where there is none. */
export function model() {
  if (!kept) throw new Error("there is no model yet: train one, or open a checkpoint");
  return kept;
}
