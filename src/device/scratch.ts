import type { Device, DeviceBuffer, ElementType, Recording } from "./device.js";
import type { Dispatch } from "./kernel.js";

/** Buffers and recordings that are made once and used again under their names, by work that comes back in the same sizes. */
export interface Scratch {
  readonly device: Device;
  /** The buffer of this name: the same as last time, with what it held, or a new one of zeros where its length is another. */
  buffer(name: string, type: ElementType, length: number): DeviceBuffer;
  /** Runs dispatches under a name. They are recorded anew only where they differ from those of last time. */
  run(name: string, dispatches: readonly Dispatch[]): Promise<void>;
  /** Frees all of it. */
  free(): void;
}

/** Opens a scratch on a device; it is empty at first. */
export function createScratch(device: Device): Scratch {
  const buffers = new Map<string, DeviceBuffer>();
  const recordings = new Map<string, Recording>();
  return {
    device,
    buffer(name, type, length) {
      const last = buffers.get(name);
      if (last?.length === length && last.type === type) return last;
      if (last) device.destroyBuffers([last]);
      const made = device.createBuffer(name, type, length);
      buffers.set(name, made);
      return made;
    },
    async run(name, dispatches) {
      let recording = recordings.get(name);
      if (!recording || !isSame(recording.dispatches, dispatches)) {
        if (recording) device.release(recording);
        recordings.delete(name);
        recording = await device.record(dispatches);
        recordings.set(name, recording);
      }
      await device.run(recording);
    },
    free() {
      for (const recording of recordings.values()) device.release(recording);
      device.destroyBuffers(buffers.values());
      recordings.clear();
      buffers.clear();
    },
  };
}

function isSame(some: readonly Dispatch[], others: readonly Dispatch[]): boolean {
  return some.length === others.length && some.every((one, i) => isSameDispatch(one, others[i]));
}

function isSameDispatch(one: Dispatch, other: Dispatch): boolean {
  const parts = ["params", "buffers", "constants", "pieces"] as const;
  return one.kernel === other.kernel && parts.every((part) => hasSame(one[part] ?? {}, other[part] ?? {}));
}

/** Whether two records have the very same values. */
function hasSame(one: object, other: object): boolean {
  const entries = Object.entries(one);
  const found = other as Readonly<Record<string, unknown>>;
  return entries.length === Object.keys(other).length && entries.every(([key, value]) => found[key] === value);
}
