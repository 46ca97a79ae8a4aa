import { copySample } from "../data/sample-matrix.js";
import type { Device } from "../device/device.js";
import { check } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import { createResidentData, type ResidentData, type SampleStream, type Samples, samplesPerBinding } from "./resident.js";

/** Bytes of device memory that a sample takes, with its `width` targets and weights; inputs that are the targets are there once. */
export const sampleBytes = (features: number, width = 1): number => 4 * (features + width);

/**
 * Sets of samples that stay on the host, sparse ones sparse, and two shards on the device, of `bytes` together, that take them by turns (double
 * buffering). All sets pass through the same shards, so only one pass over one of them may run at a time. Passes give the same bits as
 * over resident samples: only where a sample lies differs. Throws where not a sample fits into each shard.
 */
export function createStreamedData(device: Device, sets: readonly Samples[], bytes: number): ResidentData[] {
  const { features } = sets[0];
  const width = widthOf(sets[0]);
  const weighted = maximum(sets.map(weightsOf));
  const two = 2 * sampleBytes(features, width + weighted);
  const fits = Math.floor(bytes / two);
  check(fits >= 1, "dataset", () => {
    return `two samples of ${features} features take ${two} bytes, ${bytes} are left for samples on the device; give it more memory, or drop features`;
  });
  const largest = maximum(sets.map(({ samples }) => samples));
  const capacity = Math.min(fits, largest, samplesPerBinding(device, features));
  const shards = [0, 1].map((i) => ({
    start: i * capacity,
    end: (i + 1) * capacity,
    data: device.createBuffer("chunk.x", "f32", capacity * features),
  }));
  const targets = width > 0 ? device.createBuffer("chunk.y", "f32", 2 * capacity * width) : null;
  const rows = new Float32Array(capacity * features);
  const wanted = new Float32Array(capacity * width);
  const weights = weighted > 0 ? device.createBuffer("chunk.weights", "f32", 2 * capacity * weighted) : null;
  const uploader =
    ({ x, y, memberWeights: given }: Samples): SampleStream["upload"] =>
    (shard, order, from, to) => {
      for (let i = from; i < to; i++) {
        copySample(x, features, order[i], rows, (i - from) * features);
        for (let t = 0; y && t < width; t++) wanted[(i - from) * width + t] = y[order[i] * width + t];
      }
      device.write(shards[shard].data, rows.subarray(0, (to - from) * features));
      if (targets) device.write(targets, wanted.subarray(0, (to - from) * width), shard * capacity * width);
      if (weights && given) device.write(weights, inOrder(given, weighted, order, from, to), shard * capacity * weighted);
    };
  return sets.map((set) => {
    const own = { targets, width: targets ? width : features, weights: set.memberWeights ? weights : null };
    return { samples: set.samples, features, shards, ...own, stream: { capacity, upload: uploader(set) } };
  });
}

const widthOf = ({ y, samples }: Samples) => (y?.length ?? 0) / samples;
const weightsOf = ({ memberWeights, samples }: Samples) => (memberWeights?.length ?? 0) / samples;

/** The weights, `count` each, of the samples order[from .. to). */
function inOrder(weights: Float32Array, count: number, order: Uint32Array, from: number, to: number): Float32Array {
  return Float32Array.from({ length: (to - from) * count }, (_, k) => {
    return weights[order[from + Math.floor(k / count)] * count + (k % count)];
  });
}

/** Puts the sets of a run on a device: whole where they take at most `bytes` together, else all of them streamed through so many. */
export function placeSamples<T extends { readonly name: string; readonly set: Samples }>(
  device: Device,
  sets: readonly T[],
  bytes = Infinity,
): (T & { readonly data: ResidentData })[] {
  const all = sets.reduce((sum, { set }) => sum + set.samples * sampleBytes(set.features, widthOf(set) + weightsOf(set)), 0);
  if (all <= bytes) return sets.map((entry) => ({ ...entry, data: createResidentData(device, entry.name, entry.set) }));
  const samples = sets.map(({ set }) => set);
  const streamed = createStreamedData(device, samples, bytes);
  return sets.map((entry, i) => ({ ...entry, data: streamed[i] }));
}

/**
 * Where the samples of an order lie when chunks of `chunk` samples, at most `capacity`, go to the two shards by turns: sample i of the order
 * is the (i mod chunk)-th of shard floor(i / chunk) mod 2.
 */
export function streamedPlaces(samples: number, chunk: number, capacity: number): Uint32Array {
  return Uint32Array.from({ length: samples }, (_, i) => (Math.floor(i / chunk) % 2) * capacity + (i % chunk));
}
