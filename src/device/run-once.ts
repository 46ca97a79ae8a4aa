import type { Device } from "./device.js";
import type { Dispatch } from "./kernel.js";

/** Runs dispatches once, and frees what was recorded for it. Resolves as `Device.run` does. */
export async function runOnce(device: Device, dispatches: readonly Dispatch[]): Promise<void> {
  const recording = await device.record(dispatches);
  await device.run(recording);
  device.release(recording);
}
