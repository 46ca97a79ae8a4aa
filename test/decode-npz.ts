import type { NpyArray } from "../src/data/formats/numpy/npy.js";
import { openNpz } from "../src/data/formats/numpy/npz.js";

/** All arrays of a .npz archive by name. */
export async function decodeNpz(bytes: Uint8Array, where: string, maxBytes?: number): Promise<Map<string, NpyArray>> {
  const npz = openNpz(bytes, where, maxBytes);
  const arrays = new Map<string, NpyArray>();
  for (const name of npz.names) arrays.set(name, await npz.read(name));
  return arrays;
}
