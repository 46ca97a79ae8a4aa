import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/scale.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import { type ActivationPieces, dropRow } from "./activation.js";

/**
 * What a layer gets whose weights MEMBERS share, each with scalings of its own (Wen et al. 2020; Gorishniy et al. 2024): for neuron n of member j
 * u[n, j, b] = r[j, n] dropout(f(z)), z = zScale (s[j, n] p[n, j, b] + bias[j, n]), where p is what the layer below sums up. p and u are
 * [neurons, MEMBERS, 4 quads]; scaleOut (s), bias and scaleIn (r) are [MEMBERS, neurons]. The masks' neuron is n MEMBERS + j.
 * - FIRST: p is the batch of inputs [neurons, 4 quads], the same of all members, and u = r p.
 * - STACKED: the layer above is each member's own: u is [MEMBERS, neurons, 4 quads] and has no r.
 */
export const scale = defineKernel({
  name: "scale",
  wgsl: common + shader,
  pieces: { activation: linear } as ActivationPieces,
  prelude: ({ activation }) => activationText(activation),
  params: { neurons: "u32", quads: "u32", alpha: "f32", zScale: "f32", stream: "u32", threshold: "u32", keepScale: "f32" },
  bindings: { cursor: "uniform u32", p: "read f32", scaleOut: "read f32", bias: "read f32", scaleIn: "read f32", u: "write f32" },
  constants: { WG: 64, MEMBERS: 1, DROPOUT: 0, FIRST: 0, STACKED: 0 },
  workgroups: ({ neurons, quads }, { WG, MEMBERS }) => Math.ceil((neurons * MEMBERS * quads) / WG),
  twin(params, { cursor, p, scaleOut, bias, scaleIn, u }, { MEMBERS, DROPOUT, FIRST, STACKED }, { activation }) {
    const { neurons, alpha, zScale } = params;
    const stride = 4 * params.quads;
    for (let row = 0; row < neurons * MEMBERS; row++) {
      const neuron = Math.floor(row / MEMBERS);
      const k = (row % MEMBERS) * neurons + neuron;
      const from = (FIRST ? neuron : row) * stride;
      const to = (STACKED ? k : row) * stride;
      if (FIRST) {
        for (let b = 0; b < stride; b++) u[to + b] = scaleIn[k] * p[from + b];
        continue;
      }
      const [s, c] = [scaleOut[k], bias[k]];
      for (let b = 0; b < stride; b++) u[to + b] = activation.f(zScale * (s * p[from + b] + c), alpha, NONE);
      if (DROPOUT) dropRow(u, to / stride, stride, params, cursor[2], [params.stream, row]);
      if (!STACKED) for (let b = 0; b < stride; b++) u[to + b] *= scaleIn[k];
    }
  },
  simd: { items: ({ neurons }) => neurons, flop: (_, { u }) => 8 * u },
});

/** Activations with trained parameters have no members that share weights. */
const NONE: readonly number[] = [];
