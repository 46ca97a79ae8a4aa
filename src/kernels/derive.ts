import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/derive.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import { type ActivationPieces, dropRow, scaleByDerivative } from "./activation.js";

/**
 * dx[n, b] *= mask f'(.), in place, for all neurons: the end of a backward pass whose kernel does not know the layer below. dx and saved are
 * [neurons, 4 quads]; saved holds that layer's outputs, or inputs when SAVED_Z is 1. A trained activation's f' is left to activation-update.
 */
export const derive = defineKernel({
  name: "derive",
  wgsl: common + shader,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }) => activationText(activation),
  params: { neurons: "u32", quads: "u32", alpha: "f32", stream: "u32", threshold: "u32", keepScale: "f32" },
  bindings: { cursor: "uniform u32", saved: "read f32", dx: "readWrite f32" },
  constants: { WG: 64, DROPOUT: 0, SAVED_Z: 0 },
  workgroups: ({ neurons, quads }, { WG }) => Math.ceil((neurons * quads) / WG),
  twin({ neurons, quads, alpha, stream, threshold, keepScale }, { cursor, saved, dx }, { DROPOUT, SAVED_Z }, { activation }) {
    const stride = 4 * quads;
    scaleByDerivative(activation, dx, saved, 0, neurons * stride, alpha, keepScale, SAVED_Z);
    if (DROPOUT === 1)
      for (let n = 0; n < neurons; n++) dropRow(dx, n * stride, stride, stream, cursor[2], n, threshold, keepScale);
  },
});
