import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/descend.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { HYPER, rangeStep, update } from "./parts/update.js";

/**
 * One optimiser step of `length` values of a parameter with the gradient g, in place. `parameters` holds the values, then their m, then their v (as many
 * as the optimiser keeps; `gradient` stores g in m).
 */
export const descend = defineKernel({
  name: "descend",
  wgsl: common + shader,
  pieces: update.pieces,
  prelude: update.prelude,
  params: { length: "u32", ...HYPER },
  bindings: { rates: "uniform f32", g: "read f32", parameters: "readWrite f32" },
  constants: { WG: 64 },
  workgroups: ({ length }, { WG }) => Math.ceil(length / WG),
  twin({ length, ...hyper }, { rates, g, parameters }, _constants, { optimiser }) {
    rangeStep(optimiser, rates, hyper)(parameters, parameters, parameters, g, 0, length, length, 2 * length);
  },
});
