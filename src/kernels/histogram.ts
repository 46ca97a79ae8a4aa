import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/histogram.wgsl?raw";
import slotsPart from "../../shaders/parts/slots.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { bitsOf, NOT_FINITE } from "./bits.js";

/**
 * One pass of a radix selection of the smallest composite keys (|w|, slot): bins[256 c + d] += how many of values[0 .. slots) belong to
 * class c, have the prefix found so far and then the digit d. Digits have 8 bits, from the top: 0 to 3 of |w| (as f32 bits shifted left by
 * one), 4 to 7 of the slot, slotStart + k. Class 0 holds the positive and class 1 the negative values, or class 0 both when SIGNED is 0;
 * zeros and what is not finite are in neither. `selection` has 4 words a class: prefix of |w|, prefix of the slot, how many are still to be
 * found, whether any are (open); closed classes are not counted. Of MEMBERS each has its part of values by `places`, with k from 0, and its own
 * two classes and 512 bins; slots are then the most that one has.
 */
export const histogram = defineKernel({
  name: "histogram",
  wgsl: common + slotsPart + shader,
  params: { slots: "u32", slotStart: "u32", digit: "u32" },
  bindings: { values: "read f32", selection: "read u32", bins: "readWrite u32", places: "read u32" },
  constants: { WG: 256, ITEMS: 128, SIGNED: 1, MEMBERS: 1 },
  workgroups: ({ slots }, { WG, ITEMS, MEMBERS }) => MEMBERS * Math.ceil(slots / (WG * ITEMS)),
  member: ({ slotStart, slots }, _, j) => ({ params: { slots }, from: { values: slotStart, selection: 8 * j, bins: 512 * j } }),
  twin({ slots, slotStart, digit }, { values, selection, bins }, { SIGNED }) {
    const [key0, slot0, , open0, key1, slot1, , open1] = selection;
    if (open0 + open1 === 0) return;
    const bits = bitsOf(values);
    const shift = 24 - 8 * (digit & 3);
    for (let k = 0; k < slots; k++) {
      const key = (bits[k] << 1) >>> 0;
      const second = SIGNED === 1 && bits[k] >>> 31 === 1;
      let word = key;
      let rest = key ^ (second ? key1 : key0);
      if (digit >= 4) {
        if (rest !== 0) continue;
        word = slotStart + k;
        rest = word ^ (second ? slot1 : slot0);
      }
      if ((rest >>> shift) >>> 8 !== 0 || (second ? open1 : open0) === 0 || key === 0 || key >= NOT_FINITE) continue;
      bins[(second ? 256 : 0) + ((word >>> shift) & 255)]++;
    }
  },
  simd: { items: () => 1, flop: ({ slots }) => 8 * slots },
});
