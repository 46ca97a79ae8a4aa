import { safetensors } from "./checkpoint/format.js";
import { onnx } from "./onnx/format.js";
import { predictor } from "./predictor/format.js";
import { npz } from "./scipy/format.js";

/** The formats of models by name. */
export const MODEL_FORMATS = { onnx, npz, safetensors, predictor };
/** The name of a format of models. */
export type ModelFormatName = keyof typeof MODEL_FORMATS;
