import type { Device, DeviceBuffer } from "../device/device.js";
import { maximum } from "../util/extremes.js";
import { hidesTargets, responseOf } from "./config.js";
import { mostPartials } from "./layer.js";
import type { Network } from "./network.js";

/** Arrays of one batch size: layer i maps `y[i]` (y[0] is the batch of inputs) to `y[i + 1]`; delta[i] belongs to layer i's outputs. All are [neurons, 4 quads]. */
export interface Activations {
  readonly quads: number;
  readonly y: readonly DeviceBuffer[];
  /** The batch of inputs before some were hidden, where these are the targets. */
  readonly whole: DeviceBuffer | null;
  /** Inputs z of layer i's neurons, where its response needs them; behind them the sums of its long rows' segments, where it has any. */
  readonly z: readonly (DeviceBuffer | null)[];
  /** What layer i's products come to, where it has a norm: as y[i + 1]. */
  readonly sums: readonly (DeviceBuffer | null)[];
  readonly delta: readonly (DeviceBuffer | null)[];
  /** Sums of the segments of layer i's long columns, where it has any. */
  readonly partial: readonly (DeviceBuffer | null)[];
  /** Of members that share weights; null elsewhere. */
  readonly shared: SharedActivations | null;
}

/**
 * What members that share weights have besides. y[i + 1] and delta[i] are then of the sums of layer i, [neurons, members, 4 quads], but of the last
 * layer's outputs, which are as those of stacked members.
 */
export interface SharedActivations {
  /** What layer i multiplies: [neurons, members, 4 quads], of the last layer [members, neurons, 4 quads]. */
  readonly inputs: readonly DeviceBuffer[];
  /** dLoss/dx of one layer after the other; null in evaluation. */
  readonly gradient: DeviceBuffer | null;
}

/** Activations that are kept where an evolution leaves all lengths: making them, of zeros, takes as long as a tenth of it. */
export function keepActivations(device: Device, network: Network, quads: number, training: boolean, name: string) {
  let activations: Activations | undefined;
  let madeFor = "";
  const release = () => {
    if (activations) device.destroyBuffers(buffersOf(activations));
    activations = undefined;
  };
  return {
    release,
    /** Those that fit the network as it is. */
    fit(): Activations {
      const lengths = activationLengths(network);
      if (activations && madeFor === lengths) return activations;
      release();
      activations = createActivations(device, network, quads, training, name);
      madeFor = lengths;
      return activations;
    },
  };
}

function buffersOf({ y, whole, z, sums, delta, partial, shared }: Activations): (DeviceBuffer | null)[] {
  return [...y, whole, ...z, ...sums, ...delta, ...partial, ...(shared ? [...shared.inputs, shared.gradient] : [])];
}

/** Names all that the lengths of a network's activations depend on besides the batch. */
function activationLengths({ layers }: Network): string {
  const parts = layers.flatMap((layer) => [layer.in, layer.out, mostPartials(layer, "rowCut"), mostPartials(layer, "colCut")]);
  return parts.join(" ");
}

/** The arrays of a batch of 4 `quads` samples, of zeros. */
export function createActivations(
  device: Device,
  { config, layers }: Pick<Network, "config" | "layers">,
  quads: number,
  training: boolean,
  name: string,
): Activations {
  const floats = (part: string, neurons: number, share = 1) =>
    device.createBuffer(`${name}.${part}`, "f32", neurons * 4 * quads * share);
  const optional = (part: string, rows: number, share?: number) => (rows > 0 ? floats(part, rows, share) : null);
  const sharedOf = (members: number): SharedActivations => ({
    inputs: layers.map((layer, i) => floats(`input${i}`, layer.in, members)),
    gradient: training ? floats("gradient", maximum(layers.map((layer) => layer.in)), members) : null,
  });
  const last = layers.length - 1;
  const kinds = layers.map(({ kind }) => kind);
  return {
    quads,
    whole: training && hidesTargets(config) ? floats("whole", layers[0].in) : null,
    y: [floats("x", layers[0].in), ...layers.map((layer, i) => floats(`y${i}`, layer.out, layer.share))],
    z: layers.map((layer, i) => {
      const saved = training && !layer.share && responseOf(config, kinds, i).savesZ ? layer.out : 0;
      return optional(`z${i}`, saved + mostPartials(layer, "rowCut"), layer.share);
    }),
    sums: layers.map((layer, i) => optional(`sums${i}`, responseOf(config, kinds, i).norm ? layer.out : 0, layer.share)),
    delta: layers.map((layer, i) => (training || i === last ? floats(`delta${i}`, layer.out, layer.share) : null)),
    partial: layers.map((layer, i) =>
      training && (i > 0 || layer.share) ? optional(`partial${i}`, mostPartials(layer, "colCut"), layer.share) : null,
    ),
    shared: layers[0].share ? sharedOf(layers[0].share) : null,
  };
}
