import type { ModelInfo } from "../worker/model.js";
import { type Origin, originText } from "./origin.js";

/** What a model comes of; of one from a file, that file stands for its data. */
export function originOf(info: ModelInfo | undefined): Origin {
  const { method = null, seed = null, epoch = null, data: trained = null, file = null } = info ?? {};
  return { method, seed, epoch, data: trained ?? file?.replace(/\.safetensors$/i, "") ?? null };
}

/** "npset, seed 1, epoch 30, on digits", or of a model from a file, "npset, seed 1, epoch 30, from model.safetensors". */
export function originWords(info: ModelInfo | undefined): string {
  const words = originText({ ...originOf(info), data: info?.data ?? null });
  return info?.file ? [words, `from ${info.file}`].filter(Boolean).join(", ") : words;
}
