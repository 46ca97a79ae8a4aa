import type { Device, DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";
import { layerTopology } from "../nn/layer.js";
import type { Network } from "../nn/network.js";
import type { Topology } from "../sparse/topology.js";

/** A stack of rows of a layer, in one set of buffers; layers within the device's binding limit are one block. */
export interface BlockView {
  /** Its first output neuron, and how many. */
  readonly rowStart: number;
  readonly rows: number;
  /** The layer's slot that element 0 of `values` belongs to, and how many there are. */
  readonly slotStart: number;
  readonly slots: number;
  /** [slots] u32: the input neuron of every slot; null in a dense layer, whose slots are row by row, in an ensemble member by member. */
  readonly colIdx: DeviceBuffer | null;
  /** [slots] f32: the weights as training moves them. */
  readonly values: DeviceBuffer;
}

/** Where the part of an ensemble's member lies in a layer: its outputs, its inputs and its slots. In the first layer all have the same inputs. */
export type MemberView = Pick<Place, "rowStart" | "rows" | "colStart" | "cols" | "slotStart" | "slots">;

/** A weight layer as it stands on the device. */
export interface LayerView {
  readonly in: number;
  readonly out: number;
  /** The connections, on the host; null in a dense layer. Immutable, so it may be kept. */
  readonly topology: Topology | null;
  /** Original ids of the output neurons: what they were numbered before any neuron left. */
  readonly neurons: Uint32Array;
  readonly blocks: readonly BlockView[];
  /** Of an ensemble, whose members are one network with their connections in blocks; null of a single network. */
  readonly members: readonly MemberView[] | null;
}

/**
 * The network of a run, or the members of an ensemble as one, stacked, lent to be looked at between submits: `device.read` copies a buffer, and a `WebgpuDevice`'s `gpuBuffer` gives what a
 * shader of yours can bind. The buffers are only to be read.
 */
export interface NetworkView {
  readonly device: Device;
  readonly layers: readonly LayerView[];
  /** false from the start of the next evolution, from the end of the run, or once the model is disposed of: its buffers may be gone. */
  readonly valid: boolean;
}

/** A view of the network as it is now, and what ends it. */
export function lendView(device: Device, network: Network): { view: NetworkView; end(): void } {
  let valid = true;
  const placeOf = ({ stream: _, streamBelow: __, ...place }: Place): MemberView => place;
  const layers = network.layers.map((layer) => ({
    in: layer.in,
    out: layer.out,
    topology: layerTopology(layer),
    neurons: layer.neurons,
    blocks: layer.blocks.map(({ rowStart, rows, slotStart, slots, colIdx, w: values }) => ({
      rowStart,
      rows,
      slotStart,
      slots,
      colIdx,
      values,
    })),
    members: layer.members?.places.map(placeOf) ?? null,
  }));
  const view: NetworkView = {
    device,
    layers,
    get valid() {
      return valid;
    },
  };
  const end = () => {
    valid = false;
  };
  return { view, end };
}
