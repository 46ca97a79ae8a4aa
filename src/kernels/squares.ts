import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/squares.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/**
 * Sums of squares, a workgroup for `each` values: sums[at + i] = the sum of values^2 over [start + i each, start + (i + 1) each), of the `length` values
 * from start on. With FACTOR 1 the values are such sums, `each` is all of them, and sums[at] = min(1, most / (norm + 1e-6)), norm the root of their
 * sum: what PyTorch's clip_grad_norm_ multiplies gradients by. It is NaN where the norm is not finite.
 */
export const squares = defineKernel({
  name: "squares",
  wgsl: common + shader,
  params: { start: "u32", length: "u32", each: "u32", at: "u32", most: "f32" },
  bindings: { values: "read f32", sums: "write f32" },
  constants: { WG: 64, FACTOR: 0 },
  workgroups: ({ length, each }) => Math.ceil(length / each),
  twin({ start, length, each, at, most }, { values, sums }, { FACTOR }) {
    for (let from = 0, i = at; from < length; from += each, i++) {
      let sum = 0;
      for (let k = from; k < Math.min(length, from + each); k++) sum += FACTOR ? values[start + k] : values[start + k] ** 2;
      const norm = Math.sqrt(sum);
      sums[i] = FACTOR ? (Number.isFinite(norm) ? Math.min(1, most / (norm + 1e-6)) : Number.NaN) : sum;
    }
  },
});
