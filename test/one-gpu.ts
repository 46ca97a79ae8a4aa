import { createWebgpuDevice, type WebgpuDevice } from "../src/device/webgpu/device.js";

let opened: Promise<WebgpuDevice> | undefined;

/** The WebGPU device of all files of a process, which compiles a shader and checks a kernel once for all of them. Its `dispose` does nothing. */
export function sharedGpu(): Promise<WebgpuDevice> {
  opened ??= createWebgpuDevice().then((device) => ({ ...device, dispose: async () => {} }));
  return opened;
}
