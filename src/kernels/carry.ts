import shader from "../../shaders/carry.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import type { FloatArray } from "../util/types.js";
import { bitsOf } from "./bits.js";
import { SIMD_VALUES } from "./simd-items.js";

/**
 * Carries values over to a new topology, bit for bit: for k < length,
 * next[newAt + k] = old[oldAt + source[k] - slotStart] where slotStart <= source[k] < slotStart + slots; else it is left
 * as it is, so that new connections (source NEW) keep the 0 or the value that the buffer was made with. So a block of the new topology is filled by one dispatch for each block of the old one
 * that it draws from, and parts of packed arrays (bias, then its state) are reached by oldAt and newAt. `slots` must be below
 * 2^32 - 1 - slotStart.
 */
export const carry = defineKernel({
  name: "carry",
  wgsl: common + shader,
  params: { length: "u32", slotStart: "u32", slots: "u32", oldAt: "u32", newAt: "u32" },
  bindings: { source: "read u32", old: "read f32", next: "readWrite f32" },
  constants: { WG: 64 },
  workgroups: ({ length }, { WG }) => Math.ceil(length / WG),
  twin({ length, slotStart, slots, oldAt, newAt }, arrays) {
    const [old, next] = [words(arrays.old), words(arrays.next)];
    for (let k = 0; k < length; k++) {
      const from = arrays.source[k];
      if (from >= slotStart && from < slotStart + slots) next[newAt + k] = old[oldAt + from - slotStart];
    }
  },
  simd: { items: ({ length }) => Math.ceil(length / SIMD_VALUES), flop: ({ length }) => 8 * length },
});

/** What to copy: an f32's bits (a NaN passed through a number may change), an f64 itself. */
function words(values: FloatArray): FloatArray | Uint32Array {
  return values instanceof Float32Array ? bitsOf(values) : values;
}
