import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/count-zeros.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/** counts[row] += how many of the batch's samples are 0 in row `row` of x [rows, share, 4 quads]; of members that share weights a row has `share` parts. */
export const countZeros = defineKernel({
  name: "count-zeros",
  wgsl: common + shader,
  params: { rows: "u32", share: "u32", quads: "u32" },
  bindings: { cursor: "uniform u32", x: "read f32", counts: "readWrite u32" },
  constants: { WG: 64 },
  workgroups: ({ rows }, { WG }) => Math.ceil(rows / WG),
  twin({ rows, share, quads }, { cursor, x, counts }) {
    for (let row = 0; row < rows; row++)
      for (let part = row * share; part < (row + 1) * share; part++)
        for (let i = 4 * quads * part; i < 4 * quads * part + cursor[1]; i++) if (x[i] === 0) counts[row]++;
  },
});
