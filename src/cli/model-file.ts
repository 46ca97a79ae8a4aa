import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { availableMemory } from "node:process";
import type { MissingPolicy } from "../data/missing.js";
import type { Device } from "../device/device.js";
import { isFolder, readFile, unreadable } from "../files/read.js";
import { MOST_A_CALL } from "../files/write.js";
import { decodeCheckpoint } from "../io/formats/checkpoint/checkpoint.js";
import { type ByteSource, inMemory } from "../io/formats/checkpoint/safetensors.js";
import type { ModelFormat, ReadModel } from "../io/formats/format.js";
import { MODEL_FORMATS } from "../io/formats/index.js";
import { checkModel, type SavedModel } from "../io/saved-model.js";
import type { OwnPiece } from "../methods/pieces.js";
import { recallChecks, rememberChecks } from "../self-check/known.js";
import { deviceName, openDevice } from "../train/devices.js";
import { type LoadedModel, loadModel } from "../train/model.js";
import { CoppiceError, check, checkObject } from "../util/check.js";
import type { DeviceValues } from "./options.js";
import type { Own } from "./own-pieces.js";
import { say, type Terminal } from "./terminal.js";
import { fileTuning, tuningPath } from "./tuning-file.js";

/** The model in a checkpoint file, which may name `pieces`. The file is read in parts: it may be larger than an array can be. */
export function readModel(path: string, pieces: readonly OwnPiece[] = []): SavedModel {
  const file = openFile(path);
  try {
    return decodeCheckpoint(sourceOf(file, path), path, pieces);
  } finally {
    closeSync(file);
  }
}

/** The model of a file or folder in any format, and its size in bytes. Throws a usage error where it cannot be read. */
export async function readAnyModel(path: string, { pieces, formats }: Own): Promise<ReadModel & { bytes: number }> {
  const all: readonly ModelFormat[] = [...Object.values(MODEL_FORMATS), ...formats];
  if (isFolder(path)) return readFolder(path, all, pieces);
  const { title, file: form } = all.find(({ file }) => file && path.endsWith(file.extension)) ?? MODEL_FORMATS.safetensors;
  const read = form?.read;
  check(read !== undefined, path, () => {
    const names = all.filter(({ file, folder }) => file?.read ?? folder?.read).map((format) => format.title);
    return `models are written as ${title}, but not read; read are ${names.join(", ")}`;
  });
  const file = openFile(path);
  try {
    const source = sourceOf(file, path);
    return { ...checked(await read(source, path, pieces), path), bytes: source.size };
  } finally {
    closeSync(file);
  }
}

async function readFolder(path: string, all: readonly ModelFormat[], pieces: readonly OwnPiece[]) {
  const folder = all.flatMap((format) => format.folder ?? []).find(({ names }) => filesIn(path, names).length > 0);
  check(folder?.read !== undefined, path, () => "is a folder, and none that holds a model; name a model's file");
  const files = readFiles(path, folder.names);
  const bytes = [...files.values()].reduce((sum, { length }) => sum + length, 0);
  return { ...checked(await folder.read(files, path, pieces), path), bytes };
}

const filesIn = (folder: string, names: RegExp) => readdirSync(folder).filter((name) => names.test(name));

/** The files of a folder whose names fit. */
export function readFiles(folder: string, names: RegExp): Map<string, Uint8Array> {
  return new Map(filesIn(folder, names).map((name) => [name, readFile(join(folder, name)).bytes]));
}

function checked(read: ReadModel, path: string): ReadModel {
  checkObject(read, path, "model that was read");
  checkModel(read.saved, path);
  return read;
}

function openFile(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sourceOf(file: number, path: string): ByteSource {
  const about = fstatSync(file);
  if (!about.isFile()) return inMemory(readPipe(file, path));
  return {
    size: about.size,
    read(from, to) {
      const bytes = new Uint8Array(to - from);
      for (let at = 0; at < bytes.length; ) at += readSome(file, path, bytes, at, from + at);
      return bytes;
    },
  };
}

/** The bytes of what has no size and no places to read from. */
function readPipe(file: number, path: string): Uint8Array {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(path, error);
  }
}

function readSome(file: number, path: string, into: Uint8Array, at: number, position: number): number {
  try {
    const count = readSync(file, into, at, Math.min(into.length - at, MOST_A_CALL), position);
    if (count === 0) throw new Error(`it ended at byte ${position} while it was read`);
    return count;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** How missing values are dealt with unless an option says otherwise: by the medians of a model that has them, else they are refused. */
export function missingOf({ input }: SavedModel): MissingPolicy {
  return input?.median ? "median" : "error";
}

/**
 * Opens a device to use a model on: by name, or with `auto` a GPU, and the CPU where there is none (a software adapter is no faster).
 * Says which.
 */
async function openFor({ device = "auto", memory }: DeviceValues, terminal: Terminal) {
  const cpu = () => openDevice("cpu", memory ?? availableMemory());
  if (device !== "auto") return device === "cpu" ? cpu() : openDevice("webgpu", memory);
  try {
    const gpu = await openDevice("webgpu", memory);
    if (!gpu.info.software) return gpu;
    await gpu.dispose();
    say(terminal, "device auto: only a software adapter is here, taking the CPU");
  } catch (error) {
    if (!(error instanceof CoppiceError)) throw error;
    say(terminal, `device auto: taking the CPU (${error.message})`);
  }
  return cpu();
}

/** Runs `use` with the model on a device, and frees both. */
export const withModel = <T>(
  saved: SavedModel,
  values: DeviceValues,
  terminal: Terminal,
  use: (model: LoadedModel) => Promise<T>,
): Promise<T> =>
  withDevice(values, terminal, async (device) => {
    const model = loadModel(device, saved);
    const result = await use(model);
    await model.dispose();
    return result;
  });

/** Runs `use` on a device for a model, and frees it. */
export async function withDevice<T>(values: DeviceValues, terminal: Terminal, use: (device: Device) => Promise<T>): Promise<T> {
  const device = await openFor(values, terminal);
  const tuning = fileTuning(tuningPath(terminal.env));
  try {
    say(terminal, `using ${deviceName(device.info)}`);
    await recallChecks(device.info, tuning);
    const result = await use(device);
    const problem = await rememberChecks(device.info, tuning);
    if (problem) say(terminal, `note: ${problem}`);
    return result;
  } finally {
    await device.dispose();
  }
}
