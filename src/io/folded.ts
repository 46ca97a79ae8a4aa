import type { NetworkConfig } from "../nn/config.js";
import { foldNorms } from "../nn/norm.js";
import type { SavedModel } from "./saved-model.js";

/**
 * The model without batch norm that computes the same: running statistics are folded into weights and biases, as prediction, other programs' files and
 * rankings take them. What it keeps of training does not fit it: it is no checkpoint to go on from. A model without batch norm is itself.
 */
export function folded(saved: SavedModel): SavedModel {
  const { config: common, network, members } = saved;
  if (![common, ...(members ?? []).map(({ config }) => config)].some((config) => config?.norm === "batch")) return saved;
  const all = members?.map((member) => {
    const { config } = member;
    return { ...foldNorms(member, config ?? common), ...(config && { config: withoutNorm(config) }) };
  });
  const first = all?.[0] ?? foldNorms(network, common);
  return { ...saved, network: first, ...(all && { members: all }), config: withoutNorm(common) };
}

const withoutNorm = ({ norm: _, ...config }: NetworkConfig): NetworkConfig => config;
