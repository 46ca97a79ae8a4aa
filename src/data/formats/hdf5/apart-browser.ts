import type { Parts } from "../arrays.js";
import type { DataFile } from "../file.js";
import { type Hdf5Options, readParts } from "./read-parts.js";

/** Reads a file in this thread: a page does so in a worker, which it may end when `watchCalls` tells of a call that does not. */
export function readApart(file: DataFile, options: Hdf5Options): Promise<Parts> {
  return readParts(file, options);
}
