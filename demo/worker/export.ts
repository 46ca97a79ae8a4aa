import { expose } from "comlink";
import { decodeCheckpoint } from "../../src/api/index.js";
import { MODEL_FORMATS, type ModelFormat } from "../../src/api/io.js";
import { sourceOf } from "./private-files.js";

const FORMATS: readonly ModelFormat[] = Object.values(MODEL_FORMATS);

/** What the worker that writes models for other programs does for the page. */
const api = {
  /** The model of a checkpoint file as a file of the format of that name. */
  write(checkpoint: Blob, format: string): Blob {
    const file = FORMATS.find(({ name }) => name === format)?.file;
    if (!file) throw new Error(`models are not written as a file ${format}`);
    return new Blob(file.write(decodeCheckpoint(sourceOf(checkpoint), "model"), {}) as Uint8Array<ArrayBuffer>[]);
  },
};
export type ExportApi = typeof api;

expose(api);
