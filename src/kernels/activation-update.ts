import shader from "../../shaders/activation-update.wgsl?raw";
import common from "../../shaders/common.wgsl?raw";
import { activationText } from "../activations/activation.js";
import { srelu } from "../activations/srelu.js";
import { defineKernel } from "../device/kernel.js";
import { optimiserText } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { type ActivationPieces, parametersOf } from "./activation.js";
import { rangeStep, type UpdatePieces } from "./parts/update.js";

/** Invocations that share a neuron (LANES of the shader). */
const LANES = 16;

/**
 * Backward pass and update of an activation with trained parameters: with g[n, b] = dLoss/dy, dropout's mask applied and 0 in the pad columns,
 * and the inputs z[n, b], both [neurons, 4 quads], sums g df/dp over the batch for each parameter p, overwrites g with g f'(z), then takes one
 * optimiser step of the parameters without decay. `parameters` holds those of all neurons, one parameter after the other, then their m, then
 * their v (as many as the optimiser keeps; `gradient` stores the gradients in m).
 */
export const activationUpdate = defineKernel({
  name: "activation-update",
  wgsl: common + shader,
  pieces: { activation: srelu, optimiser: sgd } as ActivationPieces & UpdatePieces,
  prelude: ({ activation, optimiser }) => activationText(activation) + optimiserText(optimiser),
  params: { neurons: "u32", quads: "u32", alpha: "f32", hyper0: "f32", hyper1: "f32", hyper2: "f32" },
  bindings: { rates: "uniform f32", z: "read f32", g: "readWrite f32", parameters: "readWrite f32" },
  constants: { WG: 64, SAVED_Z: 1 },
  workgroups: ({ neurons }, { WG }) => Math.ceil((neurons * LANES) / WG),
  twin({ neurons, quads, alpha, ...hyper }, { rates, z, g, parameters }, _constants, { activation, optimiser }) {
    const stride = 4 * quads;
    const count = activation.parameters?.length ?? 0;
    const sums = new Float64Array(count * neurons);
    const partial = new Array<number>(count).fill(0);
    for (let n = 0; n < neurons; n++) {
      const p = parametersOf(activation, parameters, neurons, n);
      for (let i = n * stride; i < (n + 1) * stride; i++) {
        activation.gradients?.(z[i], alpha, p, partial);
        for (let k = 0; k < count; k++) sums[k * neurons + n] += g[i] * partial[k];
        g[i] *= activation.df(z[i], alpha, p, 1, true);
      }
    }
    const all = count * neurons;
    const step = rangeStep(optimiser, rates, { ...hyper, decay: 0 });
    step(parameters, parameters, parameters, sums, 0, all, all, 2 * all);
  },
});
