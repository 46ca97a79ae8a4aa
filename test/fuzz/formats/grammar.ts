import type * as fc from "fast-check";
import { type ReadOptions, readDataset } from "../../../src/data/read-dataset.js";
import { MAX_BYTES, type Target, type Way } from "../target.js";

/** How the reader of a format is fuzzed. */
export interface Grammar {
  /** Files that are valid but for one thing. */
  readonly file: fc.Arbitrary<Uint8Array>;
  /** What reads them, by the name of the reader. */
  readonly targets: Readonly<Record<string, Target>>;
}

/** Reads one file as a dataset. */
export const dataset =
  (name: string, options: ReadOptions = {}) =>
  (bytes: Uint8Array): Way =>
  () =>
    readDataset([{ name, bytes }], { maxBytes: MAX_BYTES, ...options });
