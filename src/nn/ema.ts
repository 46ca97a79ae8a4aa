import type { Device, DeviceBuffer, Recording } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { ema } from "../kernels/ema.js";
import { keptNames } from "./config.js";
import type { Network } from "./network.js";
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

/** The swap of a network that keeps averages. */
export async function createSwap(device: Device, network: Network): Promise<Swap> {
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
