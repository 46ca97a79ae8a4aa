import { takeAverages } from "../nn/averages.js";
import type { NetworkConfig } from "../nn/config.js";
import { foldNorms } from "../nn/norm.js";
import type { Member } from "../nn/state.js";
import type { SavedModel } from "./saved-model.js";

/**
 * The model without batch norm and averages that computes the same: running statistics are folded into weights and biases, as prediction, other
 * programs' files and rankings take them. What it keeps of training does not fit it: it is no checkpoint to go on from. A model that has neither is itself.
 */
export function folded(saved: SavedModel): SavedModel {
  return changed(
    withAverages(saved),
    ({ norm }) => norm === "batch",
    foldNorms,
    ({ norm: _, ...config }) => config,
  );
}

/** The model whose weights are the averages that training kept of them; itself where it kept none. */
export function withAverages(saved: SavedModel): SavedModel {
  return changed(
    saved,
    ({ ema = 0 }) => ema > 0,
    takeAverages,
    ({ ema: _, ...config }) => config,
  );
}

/** The model with its networks changed by their configs, and these; itself where no config asks for it. */
function changed(
  saved: SavedModel,
  asks: (config: NetworkConfig) => boolean,
  change: (network: Member, config: NetworkConfig) => Member,
  changeConfig: (config: NetworkConfig) => NetworkConfig,
): SavedModel {
  const { config: common, network, members } = saved;
  const configs = [common, ...(members ?? []).map(({ config }) => config)].flatMap((config) => config ?? []);
  if (!configs.some(asks)) return saved;
  const all = members?.map((member) => {
    const { config } = member;
    return { ...change(member, config ?? common), ...(config && { config: changeConfig(config) }) };
  });
  return { ...saved, network: all?.[0] ?? change(network, common), ...(all && { members: all }), config: changeConfig(common) };
}
