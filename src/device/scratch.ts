import { createWorkspace, type Workspace } from "../sparse/loops.js";
import type { Device, DeviceBuffer, ElementType, Recording } from "./device.js";
import type { Dispatch } from "./kernel.js";

/** Buffers and recordings that are made once and used again under their names, by work that comes back in the same sizes. */
export interface Scratch {
  readonly device: Device;
  /** Where arrays of the host lie that come back in the same sizes. */
  readonly space: Workspace;
  /** The buffer of this name: the same as last time, with what it held, or a new one of zeros where its length is another. */
  buffer(name: string, type: ElementType, length: number): DeviceBuffer;
  /** Runs under a name what `make` makes of `uses`, buffers, pieces and numbers: made and recorded anew only where one is not that of last time. */
  run(name: string, uses: readonly unknown[], make: () => readonly Dispatch[]): Promise<void>;
  /** Frees all of it. */
  free(): void;
}

/** Opens a scratch on a device; it is empty at first. */
export function createScratch(device: Device): Scratch {
  const buffers = new Map<string, DeviceBuffer>();
  const recordings = new Map<string, { readonly uses: readonly unknown[]; readonly recording: Recording }>();
  return {
    device,
    space: createWorkspace(),
    buffer(name, type, length) {
      const last = buffers.get(name);
      if (last?.length === length && last.type === type) return last;
      if (last) device.destroyBuffers([last]);
      const made = device.createBuffer(name, type, length);
      buffers.set(name, made);
      return made;
    },
    async run(name, uses, make) {
      let known = recordings.get(name);
      if (!known || known.uses.length !== uses.length || known.uses.some((one, i) => one !== uses[i])) {
        if (known) device.release(known.recording);
        recordings.delete(name);
        known = { uses, recording: await device.record(make()) };
        recordings.set(name, known);
      }
      await device.run(known.recording);
    },
    free() {
      for (const { recording } of recordings.values()) device.release(recording);
      device.destroyBuffers(buffers.values());
      recordings.clear();
      buffers.clear();
    },
  };
}
