// `coppice/predict`: a model that answers, in a few kilobytes. It has nothing to train with, and takes no device.

import "./globals.js";

export { loadPredictor, type Predicted, type Predictor } from "../io/formats/predictor/predictor.js";
export { CoppiceError, type FailureCode } from "../util/check.js";
