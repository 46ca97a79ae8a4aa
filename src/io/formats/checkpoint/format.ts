import type { ModelFormat } from "../format.js";
import { checkpointParts, decodeChecked } from "./checkpoint.js";

/** What training writes and goes on from. */
export const safetensors: ModelFormat = {
  name: "safetensors",
  title: "checkpoint",
  about: `all that is known of a model, as "coppice train" writes it: other programs find its arrays by name.`,
  file: { extension: ".safetensors", mediaType: "application/octet-stream", write: checkpointParts, read: decodeChecked },
};
