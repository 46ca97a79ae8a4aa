import type { Device, DeviceBuffer, Recording } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { ema } from "../kernels/ema.js";
import { check } from "../util/check.js";
import type { FloatArray } from "../util/types.js";
import { keptNames, type NetworkConfig } from "./config.js";
import type { Network } from "./network.js";
import type { LayerState, NetworkState } from "./state.js";
import { type Held, valuesOf } from "./values.js";

// Averages of the weights over the steps (Polyak, Juditsky 1992; exponential, as most do). They are the last of what is kept beside each value, so
// evolution, removal, members, files and resuming carry them. Values and averages change places on the device while sets are evaluated.

/** The averages of all values one step on; nothing where there are none. */
export function followed(network: Held, rates: DeviceBuffer, SWAP = 0): Dispatch[] {
  const { config } = network;
  if (!config.ema) return [];
  const before = keptNames(config).length; // sections before that of the average
  return valuesOf(network).map(({ w, kept, length }) =>
    ema.on({
      params: { length, at: before * length },
      buffers: { rates, w, average: kept?.at(-1) ?? null },
      constants: { PACKED: kept ? 0 : 1, SWAP },
    }),
  );
}

/** Lets a network be seen by the averages of its weights. */
export interface Swap {
  /** Records anew, after layers changed. */
  record(): Promise<void>;
  /** What `see` resolves with, while averages are in the place of weights. */
  within<T>(see: () => Promise<T>): Promise<T>;
}

/** Of a network that keeps averages; of others `see` sees it as it is. */
export async function createSwap(device: Device, network: Network): Promise<Swap> {
  if (!network.config.ema) return { record: async () => {}, within: (see) => see() };
  const rates = device.createBuffer("swap.rates", "f32", 4);
  let recording: Recording | undefined;
  const swap: Swap = {
    async record() {
      if (recording) device.release(recording);
      recording = await device.record(followed(network, rates, 1));
    },
    async within(see) {
      await device.run(recording as Recording, 1);
      try {
        return await see();
      } finally {
        await device.run(recording as Recording, 1);
      }
    },
  };
  await swap.record();
  return swap;
}

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
