import type { OnnxApi } from "../worker/onnx.js";
import OnnxWorker from "../worker/onnx.ts?worker&inline";
import { helperOf } from "./workers.js";

// Imported when it is first asked for, with a worker of its own: few visitors export, and the first load is without it.

/** The model of a checkpoint file as an ONNX file. */
export async function onnxOf(checkpoint: Blob): Promise<Uint8Array<ArrayBuffer>> {
  const { api, failed, end } = helperOf<OnnxApi>(new OnnxWorker());
  try {
    return await Promise.race([api.toOnnx(checkpoint), failed]);
  } finally {
    end();
  }
}
