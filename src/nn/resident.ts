import { copySample, type Inputs, isSparse } from "../data/sample-matrix.js";
import type { Device, DeviceBuffer } from "../device/device.js";
import { check } from "../util/check.js";

/** Samples on the host: x is [samples, features], y the targets [samples, width], such as class indices; null where they are x. */
export interface Samples {
  readonly x: Inputs;
  readonly y: Uint32Array | Float32Array | null;
  /** [samples, members] what the gradient of a sample is multiplied by, for each member of an ensemble; absent where all are 1. */
  readonly memberWeights?: Float32Array;
  readonly samples: number;
  readonly features: number;
}

/** Samples that pass through a device in chunks: while it works on those of one shard, the host fills the other. */
export interface SampleStream {
  /** Samples that a shard holds. */
  readonly capacity: number;
  /** Queues the upload of the samples order[from .. to) and their targets to the head of shard 0 or 1, after what was submitted before. */
  upload(shard: 0 | 1, order: Uint32Array, from: number, to: number): void;
}

/** Samples on a device, sharded by samples where one binding does not hold them: all of them, or those that `stream` has brought there. */
export interface ResidentData {
  readonly samples: number;
  readonly features: number;
  readonly shards: readonly { readonly start: number; readonly end: number; readonly data: DeviceBuffer }[];
  /** [samples, width]; null where the targets are the inputs, which a step finds in its batch. */
  readonly targets: DeviceBuffer | null;
  readonly width: number;
  /** [samples, members]; null where all are 1. */
  readonly weights: DeviceBuffer | null;
  /** Where the shards hold chunks that follow one another; absent where they hold all samples for a whole run. */
  readonly stream?: SampleStream;
}

/** Bytes of sparse rows that are made dense at a time on their way to the device. */
const PIECE_BYTES = 2 ** 24;

/** Uploads samples, dense. Throws where one is larger than a binding. */
export function createResidentData(
  device: Device,
  name: string,
  { x, y, memberWeights, samples, features }: Samples,
): ResidentData {
  const most = samplesPerBinding(device, features);
  const shards = [];
  for (let start = 0; start < samples; start += most) {
    const end = Math.min(samples, start + most);
    const content = isSparse(x) ? (end - start) * features : x.subarray(start * features, end * features);
    const shard = { start, end, data: device.createBuffer(`${name}.x`, "f32", content) };
    if (isSparse(x)) writeSamples(device, shard, x, features);
    shards.push(shard);
  }
  const targets = y && device.createBuffer(`${name}.y`, "f32", Float32Array.from(y));
  const own = memberWeights ? device.createBuffer(`${name}.weights`, "f32", memberWeights) : null;
  return { samples, features, shards, targets, width: y ? y.length / samples : features, weights: own };
}

/** Writes those samples of x [samples, features] to a shard that are its own. */
export function writeSamples(
  device: Device,
  { start, end, data }: ResidentData["shards"][number],
  x: Inputs,
  features: number,
): void {
  if (!isSparse(x)) {
    device.write(data, x.subarray(start * features, end * features));
    return;
  }
  const most = Math.min(end - start, Math.max(1, Math.floor(PIECE_BYTES / (4 * features))));
  const piece = new Float32Array(most * features);
  for (let from = start; from < end; from += most) {
    const count = Math.min(most, end - from);
    for (let i = 0; i < count; i++) copySample(x, features, from + i, piece, i * features);
    device.write(data, piece.subarray(0, count * features), (from - start) * features);
  }
}

/** Samples that one binding holds. Throws where that is none. */
export function samplesPerBinding({ limits }: Device, features: number): number {
  const most = Math.floor(limits.bindingBytes / (4 * features));
  check(most >= 1, "dataset", () => {
    return `one sample of ${features} features takes ${4 * features} bytes, the device binds at most ${limits.bindingBytes}; drop features`;
  });
  return most;
}
