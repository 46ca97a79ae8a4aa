import type { Device } from "../device/device.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { keptNames, type NetworkConfig } from "./config.js";
import type { Swap } from "./ema.js";
import type { Network } from "./network.js";
import type { LayerState, NetworkState } from "./state.js";

/** A network of such a config with averages in the place of its values, and nothing kept beside them; itself where it keeps none. */
export function takeAverages<N extends NetworkState>(network: N, config: NetworkConfig): N {
  if (!config.ema) return network;
  const last = (arrays: readonly FloatArray[] | undefined) => {
    const average = arrays?.[keptNames(config).length - 1];
    check(average !== undefined, "ema", () => "its config has a decay, and the model has no averages of its weights");
    return average;
  };
  const ofLayer = (layer: LayerState): LayerState => {
    const params = Object.keys(layer.params).map((name) => [name, last(layer.state[name])]);
    return { ...layer, params: Object.fromEntries(params), state: {} };
  };
  const { layers, skip } = network;
  return { ...network, layers: layers.map(ofLayer), ...(skip && { skip: { values: last(skip.state), state: [] } }) };
}

/** Lets a network be seen by its averages; one that keeps none is seen as it is. A page loads what does it then. */
export async function swapOf(device: Device, network: Network): Promise<Swap> {
  if (!network.config.ema) return { record: async () => {}, within: (see) => see() };
  return (await import("./ema.js")).createSwap(device, network);
}
