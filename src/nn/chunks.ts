import type { Device } from "../device/device.js";
import type { ResidentData } from "./resident.js";
import type { Tables } from "./step.js";
import { streamedPlaces } from "./streamed.js";

/** The steps of a pass from the first, to before the second. */
export type Rows = readonly [from: number, to: number];

/** The samples as they are stored. */
const asStored = (samples: number) => Uint32Array.from({ length: samples }, (_, i) => i);

/** Where the samples of a pass lie on the device: where they are stored, or in the chunks of those that are streamed. */
export function placesOf({ samples, stream }: ResidentData, chunk: number): Uint32Array {
  return stream ? streamedPlaces(samples, chunk, stream.capacity) : asStored(samples);
}

/** The steps `rows` of a pass, chunk by chunk as steps [from, to): the samples of each are brought to the device when it is asked for. */
export function* uploadSteps(
  device: Device,
  { samples, stream }: ResidentData,
  tables: Tables,
  { batch, chunkSteps, rows, order }: { batch: number; chunkSteps: number; rows: Rows; order?: Uint32Array },
): Generator<Rows> {
  if (order && !stream) device.write(tables.order, order);
  const streamed = stream && (order ?? asStored(samples));
  const [first, end] = rows;
  for (let chunk = Math.floor(first / chunkSteps); chunk * chunkSteps < end; chunk++) {
    const to = Math.min(end, (chunk + 1) * chunkSteps);
    if (streamed) stream.upload((chunk % 2) as 0 | 1, streamed, chunk * chunkSteps * batch, Math.min(samples, to * batch));
    yield [Math.max(first, chunk * chunkSteps), to];
  }
}
