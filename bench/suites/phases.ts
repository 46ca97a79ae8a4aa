import type { Device, DeviceBuffer, TypedData } from "../../src/device/device.js";
import type { Scratch } from "../../src/device/scratch.js";

/** Where the time of an evolution goes: on the device, between device and host, and on the host. */
export const PHASES = ["prune", "read-back", "host", "upload", "carry"] as const;
export type Phase = (typeof PHASES)[number];

/** ms of every phase of one evolution, and the bytes that went up and down. */
export interface PhaseTimes {
  readonly ms: Readonly<Record<Phase | "total", number>>;
  readonly bytesUp: number;
  readonly bytesDown: number;
}

/**
 * Times `work`, which has one read-back, by what it asks of the device: what runs before it is pruning (and scoring), what runs after it
 * carries values over; buffers that are made or written after it are the upload; the rest is the host's. Every run is waited for, so that
 * its time is its own.
 */
export async function timePhases(scratch: Scratch, work: (scratch: Scratch) => Promise<unknown>): Promise<PhaseTimes> {
  const { device } = scratch;
  const ms = { prune: 0, "read-back": 0, host: 0, upload: 0, carry: 0, total: 0 };
  let [bytesUp, bytesDown, hasRead] = [0, 0, false];
  let charged = 0; // up to when time is accounted for: layers are pruned at the same time
  const charge = (phase: Phase, since: number) => {
    const now = performance.now();
    ms[phase] += now - Math.max(since, charged);
    charged = now;
  };
  const upPhase = () => (hasRead ? "upload" : "prune");
  const runPhase = () => (hasRead ? "carry" : "prune");
  const timed: Device = {
    ...device,
    createBuffer(label, type, initial) {
      const start = performance.now();
      const buffer = device.createBuffer(label, type, initial);
      if (typeof initial !== "number") bytesUp += 4 * initial.length;
      charge(upPhase(), start);
      return buffer;
    },
    write(buffer, data, offset) {
      const start = performance.now();
      device.write(buffer, data, offset);
      bytesUp += 4 * data.length;
      charge(upPhase(), start);
    },
    async read(buffers: readonly DeviceBuffer[]): Promise<TypedData[]> {
      const start = performance.now();
      const data = await device.read(buffers);
      for (const { length } of data) bytesDown += 4 * length;
      charge("read-back", start);
      hasRead = true;
      return data;
    },
    copy(from, to) {
      const start = performance.now();
      device.copy(from, to);
      charge(runPhase(), start);
    },
    async record(dispatches) {
      const start = performance.now();
      const recording = await device.record(dispatches);
      charge(runPhase(), start);
      return recording;
    },
    async run(recording, times, options) {
      const start = performance.now();
      await device.run(recording, times, options);
      await device.idle();
      charge(runPhase(), start);
    },
  };
  const start = performance.now();
  await work({
    ...scratch,
    device: timed,
    async run(...asked) {
      const start = performance.now();
      await scratch.run(...asked);
      await device.idle();
      charge(runPhase(), start);
    },
  });
  ms.total = performance.now() - start;
  ms.host = ms.total - ms.prune - ms["read-back"] - ms.upload - ms.carry;
  return { ms, bytesUp, bytesDown };
}
