import { expose, transfer } from "comlink";
import { decodeCheckpoint, encodeOnnx } from "../../src/index.js";

/** What the worker that writes ONNX does for the page. */
const api = {
  /** The model of a checkpoint file as an ONNX file: dense layers, missing connections as zeros. */
  toOnnx(checkpoint: Uint8Array): Uint8Array<ArrayBuffer> {
    const file = new Uint8Array(encodeOnnx(decodeCheckpoint(checkpoint, "model")));
    return transfer(file, [file.buffer]);
  },
};
export type OnnxApi = typeof api;

expose(api);
