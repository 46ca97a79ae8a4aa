import { folded } from "../../io/folded.js";
import { membersOf, type SavedModel } from "../../io/saved-model.js";
import { unshared } from "../../nn/share-weights.js";
import { type LayerState, validateState } from "../../nn/state.js";
import { check, checkObject } from "../../util/check.js";
import { shown } from "../../util/shown.js";

/**
 * [features] s_j = sum of |w| over the connections that leave input j, those of a linear skip among them; 0 where there is none. Inputs never
 * leave a network, so every feature of the data has its place. Of an ensemble it is the mean over its members, by their weights where they have
 * any. Members that share weights count by w with their own scalings, |r_j w s_i|. Comparable between features only where they came standardised,
 * or are of one scale.
 */
export function inputStrength(given: SavedModel): Float64Array {
  checkObject(given, "inputStrength", "saved model");
  const saved = folded(given);
  const { features } = saved;
  const members = membersOf(saved);
  const parts = members.flatMap((network) => {
    validateState(network);
    const { layers, skip, weight = 1 / members.length } = network;
    check(features === layers[0].in, "inputStrength", () => `features is ${shown(features)}, its first layer has others`);
    const networks = unshared({ layers: layers.slice(0, 1) });
    return networks.map(({ layers: [first] }) => {
      const strength = strengthOut(first);
      for (let k = 0; skip && k < skip.values.length; k++) strength[k % features] += Math.abs(skip.values[k]);
      return { strength, weight: weight / networks.length };
    });
  });
  return parts[0].strength.map((_, j) => parts.reduce((sum, { strength, weight }) => sum + weight * strength[j], 0));
}

/** [in] sum of |w| over the connections that leave every input of a layer. */
export function strengthOut({ topology, in: inputs, params: { values } }: LayerState): Float64Array {
  const strength = new Float64Array(inputs);
  for (let k = 0; k < values.length; k++) strength[topology ? topology.colIdx[k] : k % inputs] += Math.abs(values[k]);
  return strength;
}
