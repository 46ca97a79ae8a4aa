import { encodeSteps, type WebgpuStep } from "./submit.js";

/** ms that replays took, and by which clock: the GPU's timestamps, or the host's clock from submit to done. */
interface Timing {
  readonly ms: number;
  readonly clock: "gpu" | "wall";
}

/**
 * Measures by two timestamps around all replays in one compute pass: Chrome rounds a timestamp to 0.1 ms, so time many.
 * Without the feature timestamp-query, and where the counter was reset or did not advance, it measures from submit to done, which adds
 * the round trip.
 */
export function createTimer(device: GPUDevice) {
  const stamped = device.features.has("timestamp-query");
  let made: { querySet: GPUQuerySet; resolved: GPUBuffer; staging: GPUBuffer } | undefined;
  const make = () => ({
    querySet: device.createQuerySet({ label: "timer", type: "timestamp", count: 2 }),
    resolved: device.createBuffer({ label: "timer", size: 16, usage: GPUBufferUsage.QUERY_RESOLVE | GPUBufferUsage.COPY_SRC }),
    staging: device.createBuffer({ label: "timer", size: 16, usage: GPUBufferUsage.COPY_DST | GPUBufferUsage.MAP_READ }),
  });
  return {
    /** Times replays in one submit: the caller keeps that well below the 2 s after which Windows resets a GPU. */
    async time(steps: readonly WebgpuStep[], times: number): Promise<Timing> {
      if (!stamped) return wallTime(device, steps, times);
      made ??= make();
      const { querySet, resolved, staging } = made;
      const encoder = device.createCommandEncoder();
      const pass = encoder.beginComputePass({
        timestampWrites: { querySet, beginningOfPassWriteIndex: 0, endOfPassWriteIndex: 1 },
      });
      for (let i = 0; i < times; i++) encodeSteps(pass, steps);
      pass.end();
      encoder.resolveQuerySet(querySet, 0, 2, resolved, 0);
      encoder.copyBufferToBuffer(resolved, 0, staging, 0, 16);
      device.queue.submit([encoder.finish()]);
      await staging.mapAsync(GPUMapMode.READ);
      const [begin, end] = new BigUint64Array(staging.getMappedRange().slice(0));
      staging.unmap();
      if (end <= begin) return wallTime(device, steps, times);
      return { ms: Number(end - begin) / 1e6, clock: "gpu" }; // timestamps are ns
    },
    destroy() {
      if (!made) return;
      made.querySet.destroy();
      made.resolved.destroy();
      made.staging.destroy();
    },
  };
}

async function wallTime(device: GPUDevice, steps: readonly WebgpuStep[], times: number): Promise<Timing> {
  await device.queue.onSubmittedWorkDone();
  const start = performance.now();
  const encoder = device.createCommandEncoder();
  const pass = encoder.beginComputePass();
  for (let i = 0; i < times; i++) encodeSteps(pass, steps);
  pass.end();
  device.queue.submit([encoder.finish()]);
  await device.queue.onSubmittedWorkDone();
  return { ms: performance.now() - start, clock: "wall" };
}
