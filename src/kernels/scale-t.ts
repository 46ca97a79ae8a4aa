import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/scale-t.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { linear } from "../activations/linear.js";
import { defineKernel } from "../device/kernel.js";
import { optimiserText } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { hash4 } from "../util/counter-random.js";
import { type ActivationPieces, DROPOUT as STYLES } from "./activation.js";
import { HYPER, rangeStep, roundedOnce, type UpdatePieces } from "./parts/update.js";

/**
 * Backward pass of `scale`, and one optimiser step of what it scales by. g is dLoss/du, laid out as u, and G = gain g the gradient of a member's own
 * loss. For neuron n of member j, with y = dropout(f(z)): dr = sum over b of G y; dz = G r f'(z) mask; dbias = sum of dz; ds = sum of dz p;
 * delta = share s dz, [neurons, MEMBERS, 4 quads], so that with share 1 / MEMBERS sums over all columns are means over the members.
 * g is 0 in the pad columns. scaleIn, scaleOut and bias hold the values of all members, then their m, then their v (as many as the optimiser
 * keeps). Only the bias decays.
 * - FIRST: p is the batch of inputs, and r is all that is stepped.
 * - STACKED: there is no r.
 */
export const scaleT = defineKernel({
  name: "scale-t",
  wgsl: common + shader,
  pieces: { activation: linear, optimiser: sgd } as ActivationPieces & UpdatePieces,
  prelude: ({ activation, optimiser }) => activationText(activation) + optimiserText(optimiser),
  params: {
    neurons: "u32",
    quads: "u32",
    gain: "f32",
    share: "f32",
    alpha: "f32",
    stream: "u32",
    threshold: "u32",
    keepScale: "f32",
    ...HYPER,
  },
  bindings: {
    cursor: "uniform u32",
    rates: "uniform f32",
    g: "read f32",
    p: "read f32",
    delta: "write f32",
    scaleOut: "readWrite f32",
    bias: "readWrite f32",
    scaleIn: "readWrite f32",
  },
  constants: { WG: 64, LANES: 16, MEMBERS: 1, DROPOUT: 0, SAVED_Z: 1, FIRST: 0, STACKED: 0 },
  workgroups: ({ neurons }, { WG, LANES, MEMBERS }) => Math.ceil((neurons * MEMBERS * LANES) / WG),
  twin(params, arrays, { MEMBERS, DROPOUT, FIRST, STACKED }, { activation, optimiser }) {
    const { neurons, gain, share, alpha, stream, threshold, keepScale } = params;
    const { cursor, rates, g, p, delta, scaleOut, bias, scaleIn } = arrays;
    const stride = 4 * params.quads;
    const all = neurons * MEMBERS;
    const sums = { scaleIn: new Float64Array(all), scaleOut: new Float64Array(all), bias: new Float64Array(all) };
    for (let row = 0; row < all; row++) {
      const neuron = Math.floor(row / MEMBERS);
      const k = (row % MEMBERS) * neurons + neuron;
      const at = (STACKED ? k : row) * stride;
      const from = (FIRST ? neuron : row) * stride;
      let [ofIn, ofOut, ofBias] = [0, 0, 0];
      const [s, c, r] = FIRST ? [0, 0, 0] : [scaleOut[k], bias[k], STACKED ? 1 : scaleIn[k]];
      for (let b = 0; b < stride; b++) {
        const d = gain * g[at + b];
        if (FIRST) {
          ofIn += d * p[from + b];
          continue;
        }
        const z = s * p[from + b] + c;
        const kept = DROPOUT === 0 ? 1 : hash4(stream, cursor[2], row, b) >= threshold ? keepScale : 0;
        if (!STACKED) ofIn += d * kept * activation.f(z, alpha, NONE);
        const dz = d * r * activation.df(z, alpha, NONE, 1, true) * (DROPOUT === STYLES.inverted ? kept : 1);
        ofBias += dz;
        ofOut += dz * p[from + b];
        delta[from + b] = share * (s * dz);
      }
      sums.scaleIn[k] = ofIn;
      sums.scaleOut[k] = ofOut;
      sums.bias[k] = ofBias;
    }
    const step = rangeStep(optimiser, rates, { ...params, decay: 0 });
    if (!STACKED) step(scaleIn, scaleIn, scaleIn, sums.scaleIn, 0, all, all, 2 * all);
    if (FIRST) return;
    step(scaleOut, scaleOut, scaleOut, sums.scaleOut, 0, all, all, 2 * all);
    rangeStep(optimiser, rates, params)(bias, bias, bias, sums.bias, 0, all, all, 2 * all);
  },
  simd: { items: ({ neurons }) => neurons, flop: (_, { g }) => 16 * g, more: roundedOnce },
});

/** Activations with trained parameters have no members that share weights. */
const NONE: readonly number[] = [];
