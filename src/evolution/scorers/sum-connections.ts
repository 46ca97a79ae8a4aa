import type { DeviceBuffer } from "../../device/device.js";
import type { Dispatch } from "../../device/kernel.js";
import { score } from "../../kernels/score.js";
import type { PrunedLayer } from "./scorer.js";

/** What is summed over the surviving connections of a neuron: |w|, or 1. */
export type Summand = "magnitude" | "one";

/** scores[n] = the sum over the connections that lead to neuron n; each row block scores its own rows. */
export function sumInputs({ layer, survivors }: PrunedLayer, scores: DeviceBuffer, summand: Summand): Dispatch[] {
  return layer.blocks.map((block, b) => {
    const params = { neurons: block.rows, rowStart: block.rowStart, length: layer.in, strideI: layer.in, strideJ: 1 };
    const buffers = { starts: block.rowPtr, perm: null, values: block.w, survivors: survivors?.[b] ?? null, scores };
    return score.on({ params, buffers, constants: variant({ layer, survivors }, summand) });
  });
}

/** scores[n] (with `add`: +) = the sum over the connections that lead from neuron n; row blocks add up, one after another. */
export function sumOutputs({ layer, survivors }: PrunedLayer, scores: DeviceBuffer, summand: Summand, add: boolean): Dispatch[] {
  return layer.blocks.map((block, b) => {
    const params = { neurons: layer.in, rowStart: 0, length: block.rows, strideI: 1, strideJ: layer.in };
    const buffers = { starts: block.colPtr, perm: block.perm, values: block.w, survivors: survivors?.[b] ?? null, scores };
    const constants = { PERM: 1, ADD: add || b > 0 ? 1 : 0, ...variant({ layer, survivors }, summand) };
    return score.on({ params, buffers, constants });
  });
}

function variant({ layer, survivors }: PrunedLayer, summand: Summand) {
  return { DEGREE: summand === "one" ? 1 : 0, DENSE: layer.kind.connect ? 0 : 1, USE_MASK: survivors ? 1 : 0 };
}
