import { findGpu } from "#gpu";
import type { DeviceInfo } from "../device.js";
import type { WebgpuDeviceOptions } from "./options.js";

/** A device of this platform's adapter, with its limits and what it tells of itself. Throws when there is none, saying what to do. */
export async function openDevice(powerPreference: WebgpuDeviceOptions["powerPreference"]) {
  const { adapter, release } = await findGpu({ powerPreference: powerPreference ?? "high-performance" });
  const { maxBufferSize, maxStorageBufferBindingSize } = adapter.limits;
  const device = await adapter.requestDevice({
    label: "coppice",
    requiredFeatures: adapter.features.has("timestamp-query") ? ["timestamp-query"] : [],
    requiredLimits: { maxBufferSize, maxStorageBufferBindingSize },
  });
  return { device, info: adapter.info, release };
}

/** What an adapter tells, and whether it is a program on the CPU. */
export function describe(info: GPUAdapterInfo): DeviceInfo {
  const { vendor, architecture, device: model, description } = info;
  const software = info.isFallbackAdapter || /swiftshader|llvmpipe|lavapipe|basic render/i.test(`${architecture} ${description}`);
  return { kind: "webgpu", vendor, architecture, model, description, software };
}
