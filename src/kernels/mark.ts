import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/mark.wgsl?raw";
import slotsPart from "../../shaders/parts/slots.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { maskStart } from "../sparse/marks.js";
import { bitsOf } from "./bits.js";
import { SIMD_VALUES } from "./simd-items.js";

/**
 * survivors: bit k % 32 of word k >> 5 is set iff connection k < slots survives: its weight is not 0 (nor -0) and (|w|, slotStart + k) is
 * above its class's threshold, words 0 and 1 (of |w| and of the slot) of the class in `selection` once it is closed. Classes and |w| are
 * those of `histogram`. Writes ceil(slots / 32) words; bits from `slots` on are 0. Of MEMBERS each has its part of values by `places`, with k
 * from 0, its two classes, and words from `maskStart` on; slots are then the most that one has.
 */
export const mark = defineKernel({
  name: "mark",
  wgsl: common + slotsPart + shader,
  params: { slots: "u32", slotStart: "u32" },
  bindings: { values: "read f32", selection: "read u32", survivors: "write u32", places: "read u32" },
  constants: { WG: 64, SIGNED: 1, MEMBERS: 1 },
  workgroups: ({ slots }, { WG, MEMBERS }) => MEMBERS * Math.ceil(slots / (32 * WG)),
  member: ({ slotStart, slots }, _, j) => ({
    params: { slots },
    from: { values: slotStart, selection: 8 * j, survivors: maskStart(slotStart, j) },
  }),
  twin({ slots, slotStart }, { values, selection, survivors }, { SIGNED }) {
    const [key0, slot0, , , key1, slot1] = selection;
    const bits = bitsOf(values);
    for (let first = 0; first < slots; first += 32) {
      let word = 0;
      for (let k = Math.min(slots, first + 32) - 1; k >= first; k--) {
        const key = (bits[k] << 1) >>> 0;
        const second = SIGNED === 1 && bits[k] >>> 31 === 1;
        const last = second ? key1 : key0;
        const stays = key !== 0 && (key > last || (key === last && slotStart + k > (second ? slot1 : slot0)));
        word = (word << 1) | (stays ? 1 : 0);
      }
      survivors[first >>> 5] = word;
    }
  },
  simd: { items: ({ slots }) => Math.ceil(slots / SIMD_VALUES), flop: ({ slots }) => 4 * slots },
});
