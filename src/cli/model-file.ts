import { availableMemory } from "node:process";
import type { MissingPolicy } from "../data/missing.js";
import { decodeCheckpoint } from "../io/checkpoint.js";
import type { SavedModel } from "../io/saved-model.js";
import { deviceName, openDevice } from "../train/devices.js";
import { type LoadedModel, loadModel } from "../train/model.js";
import { CoppiceError } from "../util/check.js";
import { readFile } from "./datasets.js";
import type { DeviceValues } from "./options.js";
import { say, type Terminal } from "./terminal.js";

/** Reads a model or checkpoint file. */
export function readModel(path: string): SavedModel {
  return decodeCheckpoint(readFile(path).bytes, path);
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
export async function withModel<T>(
  saved: SavedModel,
  values: DeviceValues,
  terminal: Terminal,
  use: (model: LoadedModel) => Promise<T>,
): Promise<T> {
  const device = await openFor(values, terminal);
  try {
    say(terminal, `using ${deviceName(device.info)}`);
    const model = loadModel(device, saved);
    const result = await use(model);
    await model.dispose();
    return result;
  } finally {
    await device.dispose();
  }
}
