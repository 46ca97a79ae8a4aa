import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/ema.wgsl?raw";
import { defineKernel } from "../device/kernel.js";

/**
 * Exponential moving average of `length` values: average += rates[3] (w - average). With SWAP 1 values and average change places instead. With PACKED 1
 * there is no `average`: it lies in w, from `at` on.
 */
export const ema = defineKernel({
  name: "ema",
  wgsl: common + shader,
  params: { length: "u32", at: "u32" },
  bindings: { rates: "uniform f32", w: "readWrite f32", average: "readWrite f32" },
  constants: { WG: 64, PACKED: 0, SWAP: 0 },
  workgroups: ({ length }, { WG }) => Math.ceil(length / WG),
  twin({ length, at }, { rates, w, average }, { PACKED, SWAP }) {
    const [means, from] = PACKED ? [w, at] : [average, 0];
    for (let k = 0; k < length; k++) {
      const mean = means[from + k];
      means[from + k] = SWAP ? w[k] : mean + rates[3] * (w[k] - mean);
      if (SWAP) w[k] = mean;
    }
  },
});
