import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/limit.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { lanes } from "./parts/lanes.js";

/**
 * Max-norm (Srebro, Shraibman 2005; Srivastava et al. 2014): the weights of a row whose norm is above `most` are multiplied by most / norm, in place.
 * Rows are those of rowPtr, or with SPARSE 0 of `cols` weights each from slotStart on. A norm that is not finite leaves no weight finite.
 */
export const limit = defineKernel({
  name: "limit",
  wgsl: common + lanes.wgsl + shader,
  params: { rows: "u32", cols: "u32", slotStart: "u32", most: "f32" },
  bindings: { rowPtr: "read u32", w: "readWrite f32" },
  constants: { ...lanes.constants, SPARSE: 1 },
  workgroups: ({ rows }, { WG, LANES }) => Math.ceil((rows * LANES) / WG),
  twin({ rows, cols, slotStart, most }, { rowPtr, w }, { SPARSE }) {
    for (let row = 0; row < rows; row++) {
      const [begin, end] = SPARSE ? [rowPtr[row], rowPtr[row + 1]] : [slotStart + row * cols, slotStart + (row + 1) * cols];
      let squares = 0;
      for (let k = begin; k < end; k++) squares += w[k] ** 2;
      const norm = Math.sqrt(squares);
      if (norm <= most) continue;
      for (let k = begin; k < end; k++) w[k] *= most / norm;
    }
  },
});
