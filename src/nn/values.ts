import type { DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";
import { isOwn } from "../layers/kind.js";
import { partsOf } from "../layers/param.js";
import { keptNames } from "./config.js";
import type { Layer } from "./layer.js";
import type { Network } from "./network.js";

/** Values that a training moves: those of a block's connections, or of another parameter. */
export interface Values {
  readonly w: DeviceBuffer;
  /** What is kept beside them (see `keptNames`); null where it lies behind the values in w. */
  readonly kept: readonly DeviceBuffer[] | null;
  readonly length: number;
  /** Whether the optimiser moves them, and its decay. */
  readonly trained: boolean;
  readonly decays: boolean;
  /** Of each stacked member where its own begin, and how many there are; of a single network one part, the whole. */
  readonly members: readonly (readonly Part[])[];
}
type Part = readonly [start: number, length: number];

/** What has values. */
export interface Held extends Pick<Network, "config" | "skip"> {
  readonly layers: readonly Layer[];
}

/** All values of a network that is trained, or of an ensemble's. */
export function valuesOf({ config, layers, skip }: Held): Values[] {
  const states = keptNames(config).length;
  const skipped = skip?.blocks.map(({ w, kept, slots }): Values => {
    const count = layers[0].members?.places.length ?? 1;
    const members = Array.from({ length: count }, (_, j): Part[] => [[(j * slots) / count, slots / count]]);
    return { w, kept, length: slots, trained: true, decays: true, members };
  });
  return [...layers.flatMap((layer) => [...ofConnections(layer), ...ofParams(layer, states)]), ...(skipped ?? [])];
}

function ofConnections({ blocks, members }: Layer): Values[] {
  const own = ({ slotStart, slots }: Place): Part[] => [[slotStart, slots]];
  return blocks.map(({ w, kept, slots }) => {
    return { w, kept, length: slots, trained: true, decays: true, members: members?.places.map(own) ?? [[[0, slots]]] };
  });
}

function ofParams({ specs, params, members, kind, out }: Layer, states: number): Values[] {
  return specs.flatMap((spec) => {
    const { name, per, trained = true, decays = false } = spec;
    if (per === "connection") return [];
    const length = params[name].length / (1 + states);
    const own = ({ rowStart, rows }: Place) => Array.from({ length: partsOf(spec) }, (_, p): Part => [p * out + rowStart, rows]);
    const shrinks = isOwn(kind) ? decays : name === "bias";
    return [
      { w: params[name], kept: null, length, trained, decays: shrinks, members: members?.places.map(own) ?? [[[0, length]]] },
    ];
  });
}
