import { createCpuDevice, createWebgpuDevice, type Device, type DeviceInfo, type WebgpuDevice } from "../../src/index.js";

let open: Device | undefined;

/** The worker's device of that kind: opened when first asked for, and again after `closeDevice`. */
export async function useDevice(kind: "webgpu" | "cpu"): Promise<Device> {
  if (open && open.info.kind !== kind) await closeDevice();
  open ??= kind === "webgpu" ? await createWebgpuDevice() : createCpuDevice();
  return open;
}

/** Lets go of the worker's device: the next `useDevice` opens another. */
export async function closeDevice(): Promise<void> {
  const closing = open;
  open = undefined;
  await closing?.dispose();
}

/** Forgets a device that was lost, unless another has taken its place already. */
export function forgetDevice(lost: Device): void {
  if (open === lost) open = undefined;
}

/** Opens the device if need be and tells what it is. Throws when there is none, saying what is missing. */
export async function deviceInfo(kind: "webgpu" | "cpu"): Promise<DeviceInfo> {
  return (await useDevice(kind)).info;
}

/** Whether a device runs shaders, so that pictures can be drawn with it. */
export function isWebgpu(device: Device): device is WebgpuDevice {
  return device.info.kind === "webgpu";
}
