// `coppice/io`: models as other programs and parts of files take them.

import "./globals.js";

export { checkpointParts } from "../io/checkpoint.js";
export { encodeOnnx, type OnnxOptions } from "../io/onnx.js";
export type { ByteSource } from "../io/safetensors.js";
export type { TrainingState } from "../io/saved-model.js";
export { decodeScipy, encodeScipy, type ScipyOptions } from "../io/scipy.js";
export { encodeEvent, encodeEventStart, type Histogram, histogram, type TensorboardEvent } from "../io/tensorboard.js";
export type { LayerState, NetworkState } from "../nn/state.js";
