import type { Device, DeviceBuffer } from "../device/device.js";
import { check } from "../util/check.js";
import type { SampleStream } from "./streamed.js";

/** Samples on the host: x is sample-major [samples, features], y holds class indices. */
export interface Samples {
  readonly x: Float32Array;
  readonly y: Uint32Array;
  readonly samples: number;
  readonly features: number;
}

/** Samples on a device, sharded by samples where one binding does not hold them: all of them, or those that `stream` has brought there. */
export interface ResidentData {
  readonly samples: number;
  readonly features: number;
  readonly shards: readonly { readonly start: number; readonly end: number; readonly data: DeviceBuffer }[];
  readonly labels: DeviceBuffer;
  /** Where the shards hold chunks that follow one another; absent where they hold all samples for a whole run. */
  readonly stream?: SampleStream;
}

/** Uploads samples. Throws where one is larger than a binding. */
export function createResidentData(device: Device, name: string, { x, y, samples, features }: Samples): ResidentData {
  const most = samplesPerBinding(device, features);
  const shards = [];
  for (let start = 0; start < samples; start += most) {
    const end = Math.min(samples, start + most);
    shards.push({ start, end, data: device.createBuffer(`${name}.x`, "f32", x.subarray(start * features, end * features)) });
  }
  return { samples, features, shards, labels: device.createBuffer(`${name}.y`, "u32", y) };
}

/** Samples that one binding holds. Throws where that is none. */
export function samplesPerBinding({ limits }: Device, features: number): number {
  const most = Math.floor(limits.bindingBytes / (4 * features));
  check(
    most >= 1,
    "dataset",
    () =>
      `one sample of ${features} features takes ${4 * features} bytes, the device binds at most ${limits.bindingBytes}; drop features`,
  );
  return most;
}
