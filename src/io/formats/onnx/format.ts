import { option } from "../../../options/option.js";
import { flag, optional } from "../../../options/schema.js";
import type { ModelFormat } from "../format.js";
import { encodeOnnx } from "./onnx.js";

/** What other runtimes run. */
export const onnx: ModelFormat = {
  name: "onnx",
  title: "ONNX",
  about: `one file that any ONNX runtime (operator set 17) runs. It takes "inputs", f32 [batch, features], raw as in the data, and gives "label",
int64 [batch], an index into the classes, and "probabilities", f32 [batch, classes]; classes and feature names are in its metadata as JSON.
Missing connections are written as zeros: 4 bytes a cell. With --sparse only connections are written, 12 bytes each, as sparse_initializer,
which few runtimes load; onnxruntime makes it dense as it does, so the file gets smaller, but not the memory it takes, nor is it faster.`,
  options: {
    sparse: option(optional(flag()), undefined, "sparse layers as sparse_initializer, which few runtimes load (see below)"),
  },
  file: { extension: ".onnx", mediaType: "application/octet-stream", write: (saved, options) => [encodeOnnx(saved, options)] },
};
