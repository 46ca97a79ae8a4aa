// `coppice/io`: models as other programs and parts of files take them.

import "./globals.js";

export { type BlendPart, blend } from "../io/blend.js";
export { checkpointParts } from "../io/formats/checkpoint/checkpoint.js";
export type { ByteSource } from "../io/formats/checkpoint/safetensors.js";
export type { ModelFormat, ReadModel } from "../io/formats/format.js";
export { MODEL_FORMATS, type ModelFormatName } from "../io/formats/index.js";
export { encodeOnnx, type OnnxOptions } from "../io/formats/onnx/onnx.js";
export { decodeScipy, type ScipyOptions } from "../io/formats/scipy/decode.js";
export { encodeScipy, type ScipyWriting } from "../io/formats/scipy/encode.js";
export { membersOf, type TrainingState } from "../io/saved-model.js";
export { encodeEvent, encodeEventStart, type Histogram, histogram, type TensorboardEvent } from "../io/tensorboard.js";
export type { LayerState, Member, NetworkState, SkipState } from "../nn/state.js";
export { conformalScores, predictionSets } from "../tasks/conformal.js";
