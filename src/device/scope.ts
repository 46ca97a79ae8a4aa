import type { Device, DeviceBuffer, Plan } from "./device.js";

/** A device whose buffers and plans are freed together. */
export interface Scope {
  /** The device it was made of; whatever is made through this one belongs to the scope. */
  readonly device: Device;
  /** Frees the buffers and plans that were not freed one by one. */
  release(): void;
}

/** Opens a scope on `device`, so that a run that fails midway, or is aborted, leaves nothing behind on a device it was lent. */
export function openScope(device: Device): Scope {
  const buffers = new Set<DeviceBuffer>();
  const plans = new Set<Plan>();
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
      const plan = await device.record(dispatches);
      plans.add(plan);
      return plan;
    },
    releasePlan(plan) {
      if (plans.delete(plan)) device.releasePlan(plan);
    },
  };
  return {
    device: scoped,
    release() {
      for (const plan of plans) device.releasePlan(plan);
      device.destroyBuffers(buffers);
      plans.clear();
      buffers.clear();
    },
  };
}
