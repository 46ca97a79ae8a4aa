import { joinParts, safetensorsParts, type TensorFile } from "../../src/io/formats/checkpoint/safetensors.js";

/** A safetensors file in one piece. Bits are copied, NaN payloads included. */
export const encodeSafetensors = (file: TensorFile) => joinParts(safetensorsParts(file));
