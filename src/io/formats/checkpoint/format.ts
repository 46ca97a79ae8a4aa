import { option } from "../../../options/option.js";
import { oneOf, optional } from "../../../options/schema.js";
import type { ModelFormat } from "../format.js";
import { checkpointParts, decodeChecked } from "./checkpoint.js";
import { QUANTISED } from "./quantise.js";

/** What training writes and goes on from. */
export const safetensors: ModelFormat = {
  name: "safetensors",
  title: "checkpoint",
  about: `all that is known of a model, as "coppice train" writes it: other programs find its arrays by name. With --quantise it is for
predictions alone: 4 bytes a connection (f16) or 3 (int8), where no layer has more than 65,536 inputs, in the place of 8, and nothing of training.`,
  options: {
    quantise: option(optional(oneOf(QUANTISED)), undefined, "weights of fewer bits, to predict with", { unit: "bits" }),
  },
  file: { extension: ".safetensors", mediaType: "application/octet-stream", write: checkpointParts, read: decodeChecked },
};
