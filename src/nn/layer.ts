import type { Device, DeviceBuffer } from "../device/device.js";
import { type Place, placesTable } from "../device/place.js";
import { type Block, blockBuffers, blockRows, connectionBuffers, createBlock, indexBlock } from "../layers/block.js";
import { isOwn, type LayerKind } from "../layers/kind.js";
import type { Members } from "../layers/members.js";
import { type Connectivity, type ParamSpec, valuesOf } from "../layers/param.js";
import type { Topology } from "../sparse/topology.js";
import { maximum } from "../util/extremes.js";
import type { FloatArray } from "../util/types.js";
import { kindOf, type LayerState } from "./state.js";

/** A weight layer on a device. */
export interface Layer {
  readonly in: number;
  readonly out: number;
  readonly kind: LayerKind;
  readonly blocks: readonly Block[];
  /** Of an ensemble: where each member's part lies; null of a single network. */
  readonly members: Members | null;
  /** Members that share its weights, each with scalings of its own: see `LayerState.share`. */
  readonly share?: number;
  /** Of the layer above those that members share: where each has its own part of the outputs and weights; null elsewhere. */
  readonly heads: Members | null;
  /** All its parameters. Those of connections are in the blocks. */
  readonly specs: readonly ParamSpec[];
  /** The other parameters by name: values, then their m, then their v. */
  readonly params: Readonly<Record<string, DeviceBuffer>>;
  /** Of a kind of one's own that is trained: a gradient for each value. */
  readonly gradients: Readonly<Record<string, DeviceBuffer>>;
  /** Original ids of the output neurons. */
  readonly neurons: Uint32Array;
}

/** The most segments that a block of a layer has: rows of the buffer for their sums. */
export function mostPartials({ blocks }: Layer, side: "rowCut" | "colCut"): number {
  return maximum(blocks.map((block) => block[side].segments));
}

/**
 * Puts a layer's host state on the device; state arrays that are missing start at zero. `states` is the number of state arrays the optimiser keeps;
 * without `training` there are no indices by column, which only the backward pass reads. `places` are those of an ensemble's members.
 */
export function createLayer(
  device: Device,
  name: string,
  { params, state, ...connectivity }: LayerState,
  specs: readonly ParamSpec[],
  states: number,
  { training, places, heads = 0 }: { training: boolean; places: readonly Place[] | null; heads?: number },
): Layer {
  const { values, state: moments = [] } = { values: params.values, state: state.values };
  const kind = kindOf(connectivity);
  const together = places ?? headPlaces(connectivity, heads);
  const ranges = isOwn(kind) ? [] : blockRows(connectivity, device.limits.bindingBytes, together);
  const blocks = ranges.map((range, i) => {
    const indices = indexBlock(device, connectivity, range, training, together);
    const block = createBlock(device, `${name}.${i}`, indices, states);
    const part = (array: FloatArray) => array.subarray(block.slotStart, block.slotStart + block.slots);
    for (const [k, buffer] of connectionBuffers(block).entries()) {
      const array = k === 0 ? values : moments[k - 1];
      if (array) device.write(buffer, part(array));
    }
    return block;
  });
  const packed = specs
    .filter(({ per }) => per !== "connection")
    .map((spec) => {
      const array = params[spec.name];
      const buffer = device.createBuffer(`${name}.${spec.name}`, "f32", array.length * (1 + states));
      const sections = [array, ...(state[spec.name] ?? []).slice(0, states)];
      for (const [k, section] of sections.entries()) device.write(buffer, section, k * array.length);
      return [spec.name, buffer] as const;
    });
  const gradients = training && isOwn(kind) ? createGradients(device, name, connectivity, specs) : {};
  const { in: inputs, out, neurons, share } = connectivity;
  return {
    in: inputs,
    out,
    kind,
    blocks,
    members: places && createMembers(device, name, places),
    ...(share && { share }),
    heads: heads > 0 ? createMembers(device, name, together) : null,
    specs,
    params: Object.fromEntries(packed),
    gradients,
    neurons,
  };
}

/** Where `count` members have their parts of a dense layer whose inputs are stacked, one after the other; none of no members. */
export function headPlaces({ in: cols, out }: Pick<Layer, "in" | "out">, count: number): Place[] {
  const rows = out / count;
  return Array.from({ length: count }, (_, j) => {
    const starts = { rowStart: j * rows, colStart: j * cols, slotStart: j * rows * cols };
    return { ...starts, rows, cols, slots: rows * cols, stream: 0, streamBelow: 0 };
  });
}

/** The table of places that kernels read. */
export function createMembers(device: Device, name: string, places: readonly Place[]): Members {
  return { places, table: device.createBuffer(`${name}.places`, "u32", placesTable(places)) };
}

/** A buffer for the gradient of each trained parameter. */
export function createGradients(device: Device, name: string, connectivity: Connectivity, specs: readonly ParamSpec[]) {
  const trained = specs.filter((spec) => spec.trained ?? true);
  const make = (spec: ParamSpec) => device.createBuffer(`${name}.${spec.name}.gradient`, "f32", valuesOf(spec, connectivity));
  return Object.fromEntries(trained.map((spec) => [spec.name, make(spec)]));
}

/** Every buffer of a layer. */
export function layerBuffers(layer: Layer): (DeviceBuffer | null)[] {
  const { blocks, params, gradients, members, heads } = layer;
  const tables = [members?.table ?? null, heads?.table ?? null];
  return [...blocks.flatMap(blockBuffers), ...Object.values(params), ...Object.values(gradients), ...tables];
}

/** The layer's connections as one topology (null when dense), put together from its blocks. */
export function layerTopology(layer: Layer): Topology | null {
  if (!layer.blocks[0]?.topology) return null;
  const topologies = layer.blocks.map((block) => block.topology as Topology);
  if (topologies.length === 1) return topologies[0];
  const nnz = topologies.reduce((sum, t) => sum + t.nnz, 0);
  const rowPtr = new Uint32Array(layer.out + 1);
  const colIdx = new Uint32Array(nnz);
  for (const [i, { rowStart, slotStart }] of layer.blocks.entries()) {
    topologies[i].rowPtr.forEach((at, row) => {
      rowPtr[rowStart + row] = slotStart + at;
    });
    colIdx.set(topologies[i].colIdx, slotStart);
  }
  return { rows: layer.out, cols: layer.in, nnz, rowPtr, colIdx };
}

/** Connections of the layer: nnz, or out x in of a dense one. */
export function layerConnections(layer: Layer): number {
  return layer.blocks.reduce((sum, block) => sum + block.slots, 0);
}
