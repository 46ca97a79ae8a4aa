import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/derive.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { backward, deriveRow } from "./parts/backward.js";

/**
 * dx[n, b] *= mask f'(.), in place, for all neurons: the end of a backward pass whose kernel does not know the layer below. dx and saved are
 * [neurons, 4 quads]; saved holds that layer's outputs, or inputs when SAVED_Z is 1. A trained activation's f' is left to activation-update.
 */
export const derive = defineKernel({
  name: "derive",
  wgsl: common + shader,
  pieces: backward.pieces,
  prelude: backward.prelude,
  params: { neurons: "u32", ...backward.params },
  bindings: { cursor: "uniform u32", saved: "read f32", dx: "readWrite f32" },
  constants: { WG: 64, DROPOUT: 0, SAVED_Z: 0 },
  workgroups: ({ neurons, quads }, { WG }) => Math.ceil((neurons * quads) / WG),
  twin(p, arrays, constants, pieces) {
    for (let n = 0; n < p.neurons; n++) deriveRow(p, arrays, { ...constants, LAST: 1 }, pieces, n);
  },
});
