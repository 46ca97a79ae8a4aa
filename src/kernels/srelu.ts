import common from "../../shaders/common.wgsl?raw";
import shader from "../../shaders/srelu.wgsl?raw";
import { defineKernel } from "../device/kernel.js";
import { optimiserText } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { optimiseRange, type UpdatePieces } from "./optimise.js";

/** Invocations that share a neuron (LANES of the shader). */
const LANES = 16;

/**
 * Backward pass and update of a trained SReLU (Jin et al. 2016): with g[n, b] = dLoss/dy, dropout's mask applied and 0 in the pad
 * columns, and the inputs z[n, b], both [neurons, 4 quads], sums over the batch
 *   z <= tl: dtl += g (1 - al), dal += g (z - tl);   else z >= tr: dtr += g (1 - ar), dar += g (z - tr),
 * overwrites g with g f'(z) (f' is al, ar or 1), then takes one optimiser step of tl, al, tr, ar without decay. `knees` holds
 * tl, al, tr, ar of all neurons, then their m, then their v (as many as the optimiser keeps; `gradient` stores the gradients in m).
 */
export const srelu = defineKernel({
  name: "srelu",
  wgsl: common + shader,
  pieces: { optimiser: sgd } as UpdatePieces,
  prelude: ({ optimiser }) => optimiserText(optimiser),
  params: { neurons: "u32", quads: "u32", hyper0: "f32", hyper1: "f32", hyper2: "f32" },
  bindings: { rates: "uniform f32", z: "read f32", g: "readWrite f32", knees: "readWrite f32" },
  constants: { WG: 64 },
  workgroups: ({ neurons }, { WG }) => Math.ceil((neurons * LANES) / WG),
  twin({ neurons, quads, ...hyper }, { rates, z, g, knees }, _constants, { optimiser }) {
    const stride = 4 * quads;
    const gradients = new Float64Array(4 * neurons);
    for (let n = 0; n < neurons; n++) {
      const [tl, al, tr, ar] = [knees[n], knees[neurons + n], knees[2 * neurons + n], knees[3 * neurons + n]];
      let [dtl, dal, dtr, dar] = [0, 0, 0, 0];
      for (let i = n * stride; i < (n + 1) * stride; i++) {
        if (z[i] <= tl) {
          dtl += g[i] * (1 - al);
          dal += g[i] * (z[i] - tl);
          g[i] *= al;
        } else if (z[i] >= tr) {
          dtr += g[i] * (1 - ar);
          dar += g[i] * (z[i] - tr);
          g[i] *= ar;
        }
      }
      [dtl, dal, dtr, dar].forEach((gradient, i) => {
        gradients[i * neurons + n] = gradient;
      });
    }
    optimiseRange(optimiser, knees, knees, knees, gradients, 0, 4 * neurons, 4 * neurons, 8 * neurons, rates, {
      ...hyper,
      decay: 0,
    });
  },
});
