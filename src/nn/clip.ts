import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { clip } from "../kernels/clip.js";
import { squares } from "../kernels/squares.js";
import { updateRule } from "./config.js";
import { type Held, type Values, valuesOf } from "./values.js";

// Clipping by norm (Pascanu et al. 2013): where it is asked for, the kernels of a step keep gradients in the place of updates. Then the squares of all
// of a member are added up, and the optimiser's step is taken with gradients times min(1, clipNorm / norm).

/** Values that a workgroup adds up the squares of. */
const EACH = 4096;

/** What clipping has beside the network: a sum of squares for each part of the gradients, and a factor for each member. */
export interface Clipping {
  readonly sums: DeviceBuffer;
  readonly factors: DeviceBuffer;
}

/** The sums of a member's gradients. */
const countSums = (values: readonly Values[], member: number) =>
  values.reduce((all, { members }) => members[member].reduce((sum, [, length]) => sum + Math.ceil(length / EACH), all), 0);

const trainedOf = (network: Held) => valuesOf(network).filter(({ trained }) => trained);

/** The sums of each member; none where nothing is clipped. */
export function sumsOf(network: Held): number[] {
  if (!network.config.clipNorm) return [];
  const values = trainedOf(network);
  return values[0].members.map((_, j) => countSums(values, j));
}

/** Makes what clipping needs for members of so many sums. */
export function createClipping(device: Device, counts: readonly number[]): Clipping {
  const floats = (part: string, length: number) => device.createBuffer(`clip.${part}`, "f32", length);
  const all = counts.reduce((sum, count) => sum + count);
  return { sums: floats("sums", all), factors: floats("factors", counts.length) };
}

/** The optimiser's step of all values, with the gradients that were kept, clipped. */
export function clipDispatches(network: Held, clipping: Clipping, rates: DeviceBuffer): Dispatch[] {
  const { sums, factors } = clipping;
  const { config } = network;
  const { optimiser, params: hyper } = updateRule(config.optimizer);
  const values = trainedOf(network);
  const most = config.clipNorm ?? 0;
  let at = 0;
  const ofMember = (_: unknown, member: number): Dispatch[] => {
    const first = at;
    const added = values.flatMap(({ w, kept, length: total, members }) =>
      members[member].map(([start, length]) => {
        const params = { start: kept ? start : total + start, length, each: EACH, at, most };
        at += Math.ceil(length / EACH);
        return squares.on({ params, buffers: { values: kept ? kept[0] : w, sums } });
      }),
    );
    const length = at - first;
    const factor = squares.on({
      params: { start: first, length, each: length, at: member, most },
      buffers: { values: sums, sums: factors },
      constants: { FACTOR: 1 },
    });
    return [...added, factor];
  };
  const norms = values[0].members.flatMap(ofMember);
  const steps = values.flatMap(({ w, kept, length: total, decays, members }) => {
    const [g = null, m = null, v = null] = kept ?? [];
    return members.flatMap((parts, member) =>
      parts.map(([start, length]) =>
        clip.on({
          params: { start, length, total, at: member, ...hyper, decay: decays ? hyper.decay : 0 },
          buffers: { rates, factors, w, g, m, v },
          constants: { PACKED: kept ? 0 : 1 },
          pieces: { optimiser },
        }),
      ),
    );
  });
  return [...norms, ...steps];
}
