import { check, checkKeys, checkLimit, checkOneOf, checkTexts } from "../../util/check.js";
import { shown } from "../../util/shown.js";

/** Which GPU to use, and how much of it. */
export interface WebgpuDeviceOptions {
  /** The user's own device; it is not destroyed by `dispose`. Default: one is requested, with the adapter's limits. */
  readonly gpuDevice?: GPUDevice;
  readonly powerPreference?: "low-power" | "high-performance";
  /** Bytes that buffers may take together; default unlimited (a GPU does not tell what it has). */
  readonly memoryBytes?: number;
  /** Largest binding in bytes, below the adapter's own limit; only tests of row blocks and shards set it. */
  readonly bindingBytes?: number;
  /**
   * Kernels that run as their CPU twins, to find the one that computes wrong: slow (docs/debugging-a-kernel.md). In Node the environment
   * variable COPPICE_TWINS says it too: `COPPICE_TWINS=spmm,sddmm`. `info.twins` names them. Default none.
   */
  readonly twins?: readonly string[];
}

/** Throws a usage error unless the options are such. */
export function checkOptions(options: WebgpuDeviceOptions): void {
  const known = { gpuDevice: true, powerPreference: true, memoryBytes: true, bindingBytes: true, twins: true };
  checkKeys(options, known, "webgpu: option");
  const { gpuDevice, powerPreference, twins } = options;
  if (twins !== undefined) checkTexts(twins, "webgpu: twins");
  const device =
    gpuDevice === undefined || (typeof gpuDevice?.createBuffer === "function" && typeof gpuDevice.queue === "object");
  check(device, "webgpu: gpuDevice", () => `${shown(gpuDevice)} is no GPUDevice`);
  if (powerPreference !== undefined) checkOneOf(powerPreference, ["low-power", "high-performance"], "webgpu: powerPreference");
  for (const key of ["memoryBytes", "bindingBytes"] as const)
    if (options[key] !== undefined) checkLimit(options[key], `webgpu: ${key}`);
}
