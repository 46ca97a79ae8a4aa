import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/count-signs.wgsl?raw";
import slotsPart from "../../shaders/parts/slots.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { bitsOf, NOT_FINITE } from "./bits.js";
import { SIMD_VALUES } from "./simd-items.js";

/**
 * counts[at .. at + 4) += how many of values[0 .. slots) are positive, negative, zero (-0 too), not finite. Adds up, so that
 * row blocks share four counts and layers a buffer; the caller zeroes it. Of MEMBERS each has its own part of values by `places`, and its
 * counts from at + 4 j on; slots are then the most that one has.
 */
export const countSigns = defineKernel({
  name: "count-signs",
  wgsl: common + slotsPart + shader,
  params: { slots: "u32", at: "u32" },
  bindings: { values: "read f32", counts: "readWrite u32", places: "read u32" },
  constants: { WG: 256, ITEMS: 128, MEMBERS: 1 },
  workgroups: ({ slots }, { WG, ITEMS, MEMBERS }) => MEMBERS * Math.ceil(slots / (WG * ITEMS)),
  member: ({ slotStart, slots }, { at }, j) => ({ params: { slots, at: at + 4 * j }, from: { values: slotStart } }),
  twin({ slots, at }, { values, counts }) {
    const bits = bitsOf(values);
    let negative = 0;
    let zero = 0;
    let notFinite = 0;
    for (let k = 0; k < slots; k++) {
      const key = (bits[k] << 1) >>> 0;
      if (key === 0) zero++;
      else if (key >= NOT_FINITE) notFinite++;
      else negative += bits[k] >>> 31; // a sum where weights of either sign are as likely: no branch to guess
    }
    const sums = [slots - negative - zero - notFinite, negative, zero, notFinite];
    for (const [kind, sum] of sums.entries()) counts[at + kind] += sum;
  },
  simd: { items: ({ slots }) => Math.ceil(slots / SIMD_VALUES), flop: ({ slots }) => 4 * slots },
});
