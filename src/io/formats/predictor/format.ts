import { option } from "../../../options/option.js";
import { oneOf, optional } from "../../../options/schema.js";
import { QUANTISED } from "../checkpoint/quantise.js";
import type { ModelFormat } from "../format.js";
import { predictorParts } from "./encode.js";

/** What `coppice/predict` takes. */
export const predictor: ModelFormat = {
  name: "predictor",
  title: "predictor",
  about: `one file for loadPredictor of coppice/predict, which answers in a page or in Node by a few kilobytes of code, without a device. With
--quantise f16 or int8 it is small, too.`,
  options: {
    quantise: option(optional(oneOf(QUANTISED)), undefined, "weights of fewer bits, to predict with", { unit: "bits" }),
  },
  file: { extension: ".predictor", mediaType: "application/octet-stream", write: predictorParts },
};
