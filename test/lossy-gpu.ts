import type { FoundGpu } from "../src/device/webgpu/gpu-browser.js";

/** What befalls a device at a call: it is destroyed before or after it, or (createBuffer) has no memory left for it. */
export type Fate = "lost before" | "lost after" | "out of memory" | undefined;

/** Decides by a call ("createBuffer layer0.0.w", "submit", "mapAsync read-back" ...) and its number on this device, from 0. */
export type Decide = (call: string, index: number) => Fate;

/**
 * Has `decide` look at every call that a program makes of `device`, its queue and its buffers. A device destroyed by someone else looks to
 * the program like one that its driver reset: promises that fail or never settle, and device.lost.
 */
export function befall(device: GPUDevice, decide: Decide): void {
  let calls = 0;
  let exhausted = false;
  const watch = <T extends object>(target: T, names: readonly (keyof T & string)[], about: (...args: never[]) => string) => {
    for (const name of names) {
      const method = (target[name] as (...args: unknown[]) => unknown).bind(target);
      const value = (...args: unknown[]) => {
        const fate = decide(`${name} ${about(...(args as never[]))}`.trim(), calls++);
        if (fate === "lost before") device.destroy();
        if (fate === "out of memory") exhausted = true;
        const result = method(...args);
        if (result instanceof GPUBuffer) watch(result, ["mapAsync", "getMappedRange", "unmap"], () => result.label);
        if (fate === "lost after") device.destroy();
        if (name === "popErrorScope" && exhausted) {
          exhausted = false;
          return Promise.resolve(new GPUOutOfMemoryError("no memory is left"));
        }
        return result;
      };
      Object.defineProperty(target, name, { value });
    }
  };
  const labelled = (descriptor?: { label?: string }) => descriptor?.label ?? "";
  watch(device, ["createBuffer", "createBindGroup", "createComputePipelineAsync", "createShaderModule"], labelled);
  watch(device, ["createCommandEncoder", "popErrorScope"], () => "");
  const { queue } = device;
  watch(queue, ["submit", "onSubmittedWorkDone"], () => "");
  watch(queue, ["writeBuffer"], (buffer: GPUBuffer) => buffer.label);
  Object.defineProperty(device, "queue", { value: queue });
}

/** `findGpu` that hands every device which is requested to `opened` first. */
export function findWatched(
  findGpu: (options: GPURequestAdapterOptions) => Promise<FoundGpu>,
  opened: (device: GPUDevice) => void,
): typeof findGpu {
  return async (options) => {
    const found = await findGpu(options);
    const request = found.adapter.requestDevice.bind(found.adapter);
    const value = async (descriptor: GPUDeviceDescriptor) => {
      const device = await request(descriptor);
      opened(device);
      return device;
    };
    Object.defineProperty(found.adapter, "requestDevice", { value });
    return found;
  };
}
