import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/pick.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/**
 * Ends a pass of the radix selection that `histogram` describes: for each open class, finds the digit at which its bins, added up from 0,
 * reach what is still to be found, and appends it to the prefix. When all of that bin go, the class closes with the largest composite key
 * that has the prefix as its threshold. Zeroes the bins. A class must hold as many values as are to be found. Each of MEMBERS has two classes.
 */
export const pick = defineKernel({
  name: "pick",
  wgsl: common + shader,
  params: { digit: "u32" },
  bindings: { selection: "readWrite u32", bins: "readWrite u32" },
  constants: { MEMBERS: 1 },
  workgroups: (_, { MEMBERS }) => MEMBERS,
  twin({ digit }, { selection, bins }, { MEMBERS }) {
    const shift = 24 - 8 * (digit & 3);
    for (let part = 0; part < 2 * MEMBERS; part++) {
      const found = selection.subarray(4 * part, 4 * part + 4);
      const counts = bins.subarray(256 * part, 256 * part + 256);
      if (found[3]) {
        let last = 0;
        for (; counts[last] < found[2]; last++) found[2] -= counts[last];
        const whole = found[2] === counts[last];
        found[digit < 4 ? 0 : 1] |= (last << shift) | (whole ? (1 << shift) - 1 : 0);
        if (whole && digit < 4) found[1] = 0xffffffff;
        found[3] = whole ? 0 : 1;
      }
      counts.fill(0);
    }
  },
});
