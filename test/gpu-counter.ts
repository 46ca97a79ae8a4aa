import { findGpu } from "../src/device/webgpu/gpu-node.js";

/** What was made and done on a GPUDevice since it was opened. */
export interface GpuCounts {
  readonly buffers: number;
  readonly bindGroups: number;
  readonly bindGroupLayouts: number;
  readonly pipelineLayouts: number;
  readonly pipelines: number;
  readonly shaderModules: number;
  readonly querySets: number;
  readonly submits: number;
  readonly passes: number;
  readonly dispatches: number;
  readonly readBacks: number;
}

export interface GpuCounter {
  /** The device to hand to `createWebgpuDevice`. */
  readonly gpuDevice: GPUDevice;
  readonly counts: GpuCounts;
  /** Bytes of the buffers that were made and not destroyed. */
  readonly liveBytes: number;
  /** Labels and bytes of those buffers. */
  readonly live: readonly { readonly label: string; readonly bytes: number }[];
  /** The most `liveBytes` has been since `resetPeak`. */
  readonly peakBytes: number;
  resetPeak(): void;
  dispose(): void;
}

/** A new GPUDevice whose every object, byte, pass and read-back is counted, whatever program uses it. */
export async function countGpu(): Promise<GpuCounter> {
  const { adapter, release } = await findGpu({});
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const gpuDevice = await adapter.requestDevice({ requiredLimits: { maxBufferSize, maxStorageBufferBindingSize } });
  return countOn(gpuDevice, release);
}

/** Counts from now on what is made and done on `gpuDevice`. */
export function countOn(gpuDevice: GPUDevice, release = () => {}): GpuCounter {
  const counts: { -readonly [K in keyof GpuCounts]: number } = {
    buffers: 0,
    bindGroups: 0,
    bindGroupLayouts: 0,
    pipelineLayouts: 0,
    pipelines: 0,
    shaderModules: 0,
    querySets: 0,
    submits: 0,
    passes: 0,
    dispatches: 0,
    readBacks: 0,
  };
  const live = new Map<GPUBuffer, { label: string; bytes: number }>();
  let liveBytes = 0;
  let peakBytes = 0;
  const count = (what: keyof GpuCounts) => () => void counts[what]++;

  after(gpuDevice, "createBindGroup", count("bindGroups"));
  after(gpuDevice, "createBindGroupLayout", count("bindGroupLayouts"));
  after(gpuDevice, "createPipelineLayout", count("pipelineLayouts"));
  after(gpuDevice, "createComputePipeline", count("pipelines"));
  after(gpuDevice, "createComputePipelineAsync", count("pipelines"));
  after(gpuDevice, "createShaderModule", count("shaderModules"));
  after(gpuDevice, "createQuerySet", count("querySets"));
  after(gpuDevice, "createBuffer", (buffer: GPUBuffer) => {
    counts.buffers++;
    live.set(buffer, { label: buffer.label, bytes: buffer.size });
    liveBytes += buffer.size;
    peakBytes = Math.max(peakBytes, liveBytes);
    after(buffer, "mapAsync", count("readBacks"));
    after(buffer, "destroy", () => {
      if (live.delete(buffer)) liveBytes -= buffer.size;
    });
  });
  after(gpuDevice, "createCommandEncoder", (encoder: GPUCommandEncoder) => {
    after(encoder, "beginComputePass", (pass: GPUComputePassEncoder) => {
      counts.passes++;
      after(pass, "dispatchWorkgroups", count("dispatches"));
      after(pass, "dispatchWorkgroupsIndirect", count("dispatches"));
    });
  });
  const { queue } = gpuDevice;
  after(queue, "submit", count("submits"));
  Object.defineProperty(gpuDevice, "queue", { value: queue });

  return {
    gpuDevice,
    get counts() {
      return { ...counts };
    },
    get liveBytes() {
      return liveBytes;
    },
    get live() {
      return [...live.values()];
    },
    get peakBytes() {
      return peakBytes;
    },
    resetPeak() {
      peakBytes = liveBytes;
    },
    dispose() {
      gpuDevice.destroy();
      release();
    },
  };
}

/** What happened between two readings. */
export function difference(from: GpuCounts, to: GpuCounts): GpuCounts {
  const entries = Object.entries(to) as [keyof GpuCounts, number][];
  return Object.fromEntries(entries.map(([key, value]) => [key, value - from[key]])) as unknown as GpuCounts;
}

/** Objects a GPU program makes once and should not make again. */
export function created(counts: GpuCounts): number {
  const { buffers, bindGroups, bindGroupLayouts, pipelineLayouts, pipelines, shaderModules, querySets } = counts;
  return buffers + bindGroups + bindGroupLayouts + pipelineLayouts + pipelines + shaderModules + querySets;
}

/** Makes `target[name]` call `then` with what the method returned. */
function after<T extends object, R>(target: T, name: keyof T & string, then: (result: R) => void): void {
  const method = (target[name] as (...args: unknown[]) => R).bind(target);
  const value = (...args: unknown[]): R => {
    const result = method(...args);
    then(result);
    return result;
  };
  Object.defineProperty(target, name, { value });
}
