import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/mark.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { bitsOf } from "./bits.js";

/**
 * survivors: bit k % 32 of word k >> 5 is set iff connection k < slots survives: its weight is not 0 (nor -0) and (|w|, slotStart + k) is
 * above its class's threshold, words 0 and 1 (of |w| and of the slot) of the class in `selection` once it is closed. Classes and |w| are
 * those of `histogram`. Writes ceil(slots / 32) words; bits from `slots` on are 0.
 */
export const mark = defineKernel({
  name: "mark",
  wgsl: common + shader,
  params: { slots: "u32", slotStart: "u32" },
  bindings: { values: "read f32", selection: "read u32", survivors: "write u32" },
  constants: { WG: 64, SIGNED: 1 },
  workgroups: ({ slots }, { WG }) => Math.ceil(slots / (32 * WG)),
  twin({ slots, slotStart }, { values, selection, survivors }, { SIGNED }) {
    const bits = bitsOf(values);
    survivors.fill(0, 0, Math.ceil(slots / 32));
    for (let k = 0; k < slots; k++) {
      const key = (bits[k] << 1) >>> 0;
      const last = SIGNED ? 4 * (bits[k] >>> 31) : 0;
      const goes = key === 0 || key < selection[last] || (key === selection[last] && slotStart + k <= selection[last + 1]);
      if (!goes) survivors[k >>> 5] |= 1 << (k & 31);
    }
  },
});
