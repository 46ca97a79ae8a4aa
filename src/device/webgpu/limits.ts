const NAMES = [
  "maxBufferSize",
  "maxStorageBufferBindingSize",
  "maxStorageBuffersPerShaderStage",
  "maxComputeInvocationsPerWorkgroup",
  "maxComputeWorkgroupStorageSize",
  "maxComputeWorkgroupsPerDimension",
] as const;

/** Of an adapter's or a device's limits those that decide what can be trained and how kernels are shaped, by the WebGPU specification's names. */
export function decidingLimits(limits: GPUSupportedLimits): Record<string, number> {
  return Object.fromEntries(NAMES.map((name) => [name, limits[name]]));
}
