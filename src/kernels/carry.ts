import shader from "../../shaders/carry.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { NEW } from "../sparse/grow.js";
import type { FloatArray } from "../util/types.js";
import { bitsOf } from "./bits.js";

/**
 * Carries values over to a new topology, bit for bit: for k < length,
 * next[newAt + k] = old[oldAt + source[k] - slotStart] where slotStart <= source[k] < slotStart + slots; grown[k] (0 when GROWN is 0)
 * where source[k] is NEW; else it is left as it is. So a block of the new topology is filled by one dispatch for each block of the old one
 * that it draws from, and parts of packed arrays (bias, then its state) are reached by oldAt and newAt. `slots` must be below
 * 2^32 - 1 - slotStart.
 */
export const carry = defineKernel({
  name: "carry",
  wgsl: common + shader,
  params: { length: "u32", slotStart: "u32", slots: "u32", oldAt: "u32", newAt: "u32" },
  bindings: { source: "read u32", old: "read f32", grown: "read f32", next: "write f32" },
  constants: { WG: 64, GROWN: 0 },
  workgroups: ({ length }, { WG }) => Math.ceil(length / WG),
  twin({ length, slotStart, slots, oldAt, newAt }, arrays, { GROWN }) {
    const [old, grown, next] = [words(arrays.old), words(arrays.grown), words(arrays.next)];
    for (let k = 0; k < length; k++) {
      const from = arrays.source[k];
      if (from === NEW) next[newAt + k] = GROWN ? grown[k] : 0;
      else if (from >= slotStart && from < slotStart + slots) next[newAt + k] = old[oldAt + from - slotStart];
    }
  },
});

/** What to copy: an f32's bits (a NaN passed through a number may change), an f64 itself. */
function words(values: FloatArray): FloatArray | Uint32Array {
  return values instanceof Float32Array ? bitsOf(values) : values;
}
