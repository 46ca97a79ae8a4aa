import type { DeviceBuffer } from "../../device/device.js";
import type { Dispatch } from "../../device/kernel.js";
import { score } from "../../kernels/score.js";
import { countOf, mostOf } from "../../layers/members.js";
import type { PrunedLayer } from "./scorer.js";

/** What is summed over the surviving connections of a neuron: |w|, or 1. */
export type Summand = "magnitude" | "one";

/** scores[n] = the sum over the connections that lead to neuron n; each row block scores its own rows. */
export function sumInputs({ layer, survivors }: PrunedLayer, scores: DeviceBuffer, summand: Summand): Dispatch[] {
  return layer.blocks.map((block, b) => {
    const neurons = mostOf(layer.members, "rows") ?? block.rows;
    const params = { ...WHOLE, neurons, rowStart: block.rowStart, length: layer.in, side: 0 };
    const buffers = { starts: block.rowPtr, perm: null, ...shared({ layer, survivors }, b), scores };
    return score.on({ params, buffers, constants: variant({ layer, survivors }, summand) });
  });
}

/** scores[n] (with `add`: +) = the sum over the connections that lead from neuron n; row blocks add up, one after another. */
export function sumOutputs({ layer, survivors }: PrunedLayer, scores: DeviceBuffer, summand: Summand, add: boolean): Dispatch[] {
  return layer.blocks.map((block, b) => {
    const neurons = mostOf(layer.members, "cols") ?? layer.in;
    const params = { ...WHOLE, neurons, rowStart: 0, length: block.rows, side: 1 };
    const buffers = { starts: block.colPtr, perm: block.perm, ...shared({ layer, survivors }, b), scores };
    const constants = { PERM: 1, ADD: add || b > 0 ? 1 : 0, ...variant({ layer, survivors }, summand) };
    return score.on({ params, buffers, constants });
  });
}

/** A block's values and marks begin where it does. */
const WHOLE = { valueStart: 0, maskShift: 0 };

/** What both directions bind of block `b`. */
function shared({ layer, survivors }: PrunedLayer, b: number) {
  return { values: layer.blocks[b].w, survivors: survivors?.[b] ?? null, places: layer.members?.table ?? null };
}

function variant({ layer, survivors }: PrunedLayer, summand: Summand) {
  const DENSE = layer.kind.connect ? 0 : 1;
  return { DEGREE: summand === "one" ? 1 : 0, DENSE, USE_MASK: survivors ? 1 : 0, MEMBERS: countOf(layer.members) };
}
