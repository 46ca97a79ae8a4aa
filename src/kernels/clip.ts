import shader from "../../shaders/clip.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { optimiserText } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { rangeStep, type UpdatePieces } from "./parts/update.js";

/**
 * One optimiser step of `length` values of w from `start` on, with the gradients g that were kept times factors[at], in place. With PACKED 1 there are
 * neither g nor m nor v: they lie behind the `total` values in w, in this order.
 */
export const clip = defineKernel({
  name: "clip",
  wgsl: common + shader,
  pieces: { optimiser: sgd } as UpdatePieces,
  prelude: ({ optimiser }) => optimiserText(optimiser),
  params: { start: "u32", length: "u32", total: "u32", at: "u32", hyper0: "f32", hyper1: "f32", hyper2: "f32", decay: "f32" },
  bindings: {
    rates: "uniform f32",
    factors: "read f32",
    w: "readWrite f32",
    g: "read f32",
    m: "readWrite f32",
    v: "readWrite f32",
  },
  constants: { WG: 64, PACKED: 0 },
  workgroups: ({ length }, { WG }) => Math.ceil(length / WG),
  twin({ start, length, total, at, ...hyper }, { rates, factors, w, g, m, v }, { PACKED }, { optimiser }) {
    const end = start + length;
    const gradients = (PACKED ? w.subarray(total + start, total + end) : g.subarray(start, end)).map(
      (value) => factors[at] * value,
    );
    const step = rangeStep(optimiser, rates, hyper);
    if (PACKED) step(w, w, w, gradients, start, end, 2 * total, 3 * total);
    else step(w, m, v, gradients, start, end);
  },
});
