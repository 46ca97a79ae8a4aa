import shader from "../../shaders/advance.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/** cursor = schedule[row], rates = rateTable[row], row += 1 (row is counter[0]); tables have 4 elements a row. Head of every step. */
export const advance = defineKernel({
  name: "advance",
  wgsl: common + shader,
  params: { unused: "u32" },
  bindings: { counter: "readWrite u32", schedule: "read u32", rateTable: "read f32", cursor: "write u32", rates: "write f32" },
  constants: {},
  workgroups: () => 1,
  twin(_, { counter, schedule, rateTable, cursor, rates }) {
    const at = 4 * counter[0]++;
    for (let i = 0; i < 4; i++) {
      cursor[i] = schedule[at + i];
      rates[i] = rateTable[at + i];
    }
  },
});
