import type { Device, DeviceBuffer } from "../device/device.js";
import { check } from "../util/check.js";

/** Samples that live on the device for a whole run, sharded by samples where one binding does not hold them. */
export interface ResidentData {
  readonly samples: number;
  readonly features: number;
  readonly shards: readonly { readonly start: number; readonly end: number; readonly data: DeviceBuffer }[];
  readonly labels: DeviceBuffer;
}

/** Uploads samples: x is sample-major [samples, features], y holds class indices. */
export function createResidentData(
  device: Device,
  name: string,
  { x, y, samples, features }: { x: Float32Array; y: Uint32Array; samples: number; features: number },
): ResidentData {
  const most = Math.floor(device.limits.bindingBytes / (4 * features));
  check(
    most >= 1,
    "dataset",
    () =>
      `one sample of ${features} features takes ${4 * features} bytes, the device binds at most ${device.limits.bindingBytes}; drop features`,
  );
  const shards = [];
  for (let start = 0; start < samples; start += most) {
    const end = Math.min(samples, start + most);
    shards.push({ start, end, data: device.createBuffer(`${name}.x`, "f32", x.subarray(start * features, end * features)) });
  }
  return { samples, features, shards, labels: device.createBuffer(`${name}.y`, "u32", y) };
}
