import { createHash } from "node:crypto";
import type { Dataset } from "../data/dataset.js";
import { arraysOf, roundSamples } from "../data/sample-matrix.js";

/** sha256 over values, labels and weights of sets, of their values rounded to 32 bits where `rounded`: as version 0.1.0 had them. */
export function hashData(sets: readonly (Dataset | null | undefined)[], rounded = false): string {
  const hash = createHash("sha256");
  for (const set of sets) {
    if (!set) continue;
    for (const { buffer, byteOffset, byteLength } of [
      ...arraysOf(rounded ? roundSamples(set.x) : set.x),
      set.targets ?? set.y,
      ...(set.weights ? [set.weights] : []),
    ])
      hash.update(new Uint8Array(buffer, byteOffset, byteLength));
  }
  return hash.digest("hex");
}
