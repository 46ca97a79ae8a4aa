import type { Device, DeviceBuffer, Recording } from "./device.js";

/** A device whose buffers and recordings are freed together. */
export interface Scope {
  /** The device it was made of; whatever is made through this one belongs to the scope. */
  readonly device: Device;
  /** Frees the buffers and recordings that were not freed one by one. */
  release(): void;
}

/** Opens a scope on `device`, so that a run that fails midway, or is aborted, leaves nothing behind on a device it was lent. */
export function openScope(device: Device): Scope {
  const buffers = new Set<DeviceBuffer>();
  const recordings = new Set<Recording>();
  const scoped: Device = {
    ...device,
    createBuffer(label, type, initial) {
      const buffer = device.createBuffer(label, type, initial);
      buffers.add(buffer);
      return buffer;
    },
    destroyBuffers(gone) {
      for (const buffer of gone) {
        if (buffer && buffers.delete(buffer)) device.destroyBuffers([buffer]);
      }
    },
    async record(dispatches) {
      const recording = await device.record(dispatches);
      recordings.add(recording);
      return recording;
    },
    release(recording) {
      if (recordings.delete(recording)) device.release(recording);
    },
  };
  return {
    device: scoped,
    release() {
      for (const recording of recordings) device.release(recording);
      device.destroyBuffers(buffers);
      recordings.clear();
      buffers.clear();
    },
  };
}
