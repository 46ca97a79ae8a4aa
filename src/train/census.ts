import type { Device, DeviceBuffer, Recording } from "../device/device.js";
import { countDispatch } from "../evolution/select-smallest.js";
import { countStacked, type Network } from "../nn/network.js";

/** Counts of positive, negative, zero and non-finite weights of every layer and member: four each, to ride in the epoch's read-back. */
export async function createCensus(device: Device, network: Network) {
  const members = countStacked(network);
  const counts: DeviceBuffer = device.createBuffer("counts", "u32", 4 * members * network.layers.length);
  let recording: Recording | undefined;
  const release = () => {
    if (recording) device.release(recording);
  };
  const census = {
    async record() {
      release();
      const dispatches = network.layers.flatMap((layer, i) =>
        layer.blocks.map(({ w }) => countDispatch(w, layer.members, counts, 4 * members * i)),
      );
      recording = await device.record(dispatches);
    },
    async count() {
      device.write(counts, new Uint32Array(counts.length));
      await device.run(recording as Recording);
      return [counts];
    },
  };
  await census.record();
  return census;
}
