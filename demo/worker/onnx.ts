import { expose, transfer } from "comlink";
import { decodeCheckpoint } from "../../src/api/index.js";
import { encodeOnnx } from "../../src/api/io.js";
import { sourceOf } from "./private-files.js";

/** What the worker that writes ONNX does for the page. */
const api = {
  /** The model of a checkpoint file as an ONNX file: dense layers, missing connections as zeros. */
  toOnnx(checkpoint: Blob): Uint8Array<ArrayBuffer> {
    const file = new Uint8Array(encodeOnnx(decodeCheckpoint(sourceOf(checkpoint), "model")));
    return transfer(file, [file.buffer]);
  },
};
export type OnnxApi = typeof api;

expose(api);
