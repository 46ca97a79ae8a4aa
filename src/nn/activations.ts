import type { Device, DeviceBuffer } from "../device/device.js";
import { responseOf } from "./config.js";
import { mostPartials } from "./layer.js";
import type { Network } from "./network.js";

/** Arrays of one batch size: layer i maps `y[i]` (y[0] is the batch of inputs) to `y[i + 1]`; delta[i] belongs to layer i's outputs. All are [neurons, 4 quads]. */
export interface Activations {
  readonly quads: number;
  readonly y: readonly DeviceBuffer[];
  /** Inputs z of layer i's neurons, where its response needs them; behind them the sums of its long rows' segments, where it has any. */
  readonly z: readonly (DeviceBuffer | null)[];
  readonly delta: readonly (DeviceBuffer | null)[];
  /** Sums of the segments of layer i's long columns, where it has any. */
  readonly partial: readonly (DeviceBuffer | null)[];
}

/** Activations that are kept where an evolution leaves all lengths: making them, of zeros, takes as long as a tenth of it. */
export function keepActivations(device: Device, network: Network, quads: number, training: boolean, name: string) {
  let activations: Activations | undefined;
  let madeFor = "";
  const release = () => {
    if (activations) device.destroyBuffers([...activations.y, ...activations.z, ...activations.delta, ...activations.partial]);
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
  const floats = (part: string, neurons: number) => device.createBuffer(`${name}.${part}`, "f32", neurons * 4 * quads);
  const optional = (part: string, rows: number) => (rows > 0 ? floats(part, rows) : null);
  const last = layers.length - 1;
  const kinds = layers.map(({ kind }) => kind);
  return {
    quads,
    y: [floats("x", layers[0].in), ...layers.map((layer, i) => floats(`y${i}`, layer.out))],
    z: layers.map((layer, i) => {
      const saved = training && responseOf(config, kinds, i).savesZ ? layer.out : 0;
      return optional(`z${i}`, saved + mostPartials(layer, "rowCut"));
    }),
    delta: layers.map((layer, i) => (training || i === last ? floats(`delta${i}`, layer.out) : null)),
    partial: layers.map((layer, i) => (training && i > 0 ? optional(`partial${i}`, mostPartials(layer, "colCut")) : null)),
  };
}
