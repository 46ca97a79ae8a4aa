import { createCpuDevice, createWebgpuDevice, type Device, type DeviceInfo, type WebgpuDevice } from "../../src/api/index.js";

interface Open {
  readonly kind: "webgpu" | "cpu";
  readonly device: Promise<Device>;
}

let open: Open | undefined;
const lost = new WeakSet<Device>();
/** Who is told when a device on the CPU is let go of. */
const users = new WeakMap<Device, (() => void)[]>();

/** The worker's device of that kind: opened when first asked for, and again after it was closed or lost. */
export async function useDevice(kind: "webgpu" | "cpu"): Promise<Device> {
  if (open && open.kind !== kind) await closeDevice();
  open ??= openKind(kind);
  return open.device;
}

/** A device that is forgotten when it cannot be opened, or when it is lost, at work or idle. */
function openKind(kind: "webgpu" | "cpu"): Open {
  const forget = () => {
    if (open === opening) open = undefined;
  };
  const opening = { kind, device: kind === "webgpu" ? openGpu(forget) : Promise.resolve(createCpuDevice()) };
  opening.device.catch(forget);
  return opening;
}

async function openGpu(forget: () => void): Promise<WebgpuDevice> {
  const device = await createWebgpuDevice();
  void device.gpuDevice.lost.then(() => {
    lost.add(device);
    forget();
  });
  return device;
}

/** Whether the device was lost: nothing of it can be used any more. */
export function wasLost(device: Device): boolean {
  return lost.has(device);
}

/** Does `work` on the worker's device of that kind; once more, on a new one, when it was lost: while idle, which may not be known yet, or at work. */
export async function onDevice<T>(kind: "webgpu" | "cpu", work: (device: Device) => Promise<T>): Promise<T> {
  const device = await useDevice(kind);
  try {
    return await work(device);
  } catch (error) {
    if (!wasLost(device)) throw error;
    return work(await useDevice(kind));
  }
}

/** Lets go of the worker's device: the next `useDevice` opens another. */
export async function closeDevice(): Promise<void> {
  const closing = open;
  open = undefined;
  const device = await closing?.device;
  if (!device) return;
  for (const leave of users.get(device) ?? []) leave();
  await device.dispose();
}

/** Calls `leave` when nothing of the device can be used any more: it was let go of, or lost. */
export function whenGone(device: Device, leave: () => void): void {
  if (isWebgpu(device)) void device.gpuDevice.lost.then(leave);
  else users.set(device, [...(users.get(device) ?? []), leave]);
}

/** Opens the device if need be and tells what it is. Throws when there is none, saying what is missing. */
export async function deviceInfo(kind: "webgpu" | "cpu"): Promise<DeviceInfo> {
  return (await useDevice(kind)).info;
}

/** Whether a device runs shaders, so that pictures can be drawn with it. */
export function isWebgpu(device: Device): device is WebgpuDevice {
  return device.info.kind === "webgpu";
}

/** GB that a browser says the computer has: 8 where it has more, or where none is said. */
const TOLD_GB = (navigator as { deviceMemory?: number }).deviceMemory ?? 8;

/** What a run may take on a device that lives in the computer's own memory: the CPU, and software adapters. A GPU does not tell what it has. */
export function memoryOf({ info }: Device): { readonly hostMemoryBytes?: number } {
  return info.kind === "cpu" || info.software ? { hostMemoryBytes: TOLD_GB * 1e9 } : {};
}
