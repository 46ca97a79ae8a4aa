import type { Device, DeviceBuffer } from "../device/device.js";
import { type Cut, type CutCounts, cutFor } from "../kernels/segments.js";
import type { LayerShape, ParamSpec } from "../layers/param.js";
import { sliceRows, type Topology, toCsc } from "../sparse/topology.js";
import { check } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import type { FloatArray } from "../util/types.js";
import type { LayerState } from "./state.js";

/**
 * A stack of rows of a layer that fits into one binding: its own CSR, CSC and perm, its own values and state.
 * Small layers are one block. Slots of the layer are numbered through the blocks, from `slotStart`.
 */
export interface Block {
  readonly rowStart: number;
  readonly rows: number;
  readonly slotStart: number;
  readonly slots: number;
  /** The block's connections with rows from 0; null when the layer is dense. */
  readonly topology: Topology | null;
  readonly rowPtr: DeviceBuffer | null;
  readonly colIdx: DeviceBuffer | null;
  /** CSC of the connections; null in a dense layer, and in a network that is not to be trained. */
  readonly colPtr: DeviceBuffer | null;
  readonly rowIdx: DeviceBuffer | null;
  readonly perm: DeviceBuffer | null;
  /** How long rows and columns are cut: their tables follow the starts in rowPtr and colPtr. */
  readonly rowCut: CutCounts;
  readonly colCut: CutCounts;
  /** Weights and optimiser state (m, v where the rule keeps them), `slots` elements each. */
  readonly w: DeviceBuffer;
  readonly m: DeviceBuffer | null;
  readonly v: DeviceBuffer | null;
}

/** A weight layer on a device. */
export interface Layer {
  readonly in: number;
  readonly out: number;
  readonly sparse: boolean;
  readonly blocks: readonly Block[];
  /** All its parameters. Those of connections are in the blocks. */
  readonly specs: readonly ParamSpec[];
  /** The other parameters by name: values, then their m, then their v. */
  readonly params: Readonly<Record<string, DeviceBuffer>>;
  /** Original ids of the output neurons. */
  readonly neurons: Uint32Array;
}

/** Rows [from, to) of each block of a layer, so that no array of a block exceeds `bindingBytes`. */
export function blockRows({ in: inputs, out, topology }: LayerShape, bindingBytes: number): [number, number][] {
  const most = Math.floor(bindingBytes / 4);
  const ends = (row: number) => (topology ? topology.rowPtr[row] : row * inputs);
  const blocks: [number, number][] = [];
  for (let from = 0; from < out; ) {
    let to = from + 1;
    check(
      ends(to) - ends(from) <= most,
      "layer",
      () =>
        `row ${from} alone has ${ends(to) - ends(from)} connections, the device binds at most ${most}; use a smaller epsilon or fewer inputs`,
    );
    while (to < out && ends(to + 1) - ends(from) <= most) to++;
    blocks.push([from, to]);
    from = to;
  }
  return blocks;
}

/** Makes one block's buffers, of zeros but for the indices; those by column are for training, and left out where it is false. */
export function createBlock(
  device: Device,
  name: string,
  shape: LayerShape,
  [from, to]: readonly [number, number],
  slots: number,
  training = true,
): Block {
  const topology = shape.topology && sliceRows(shape.topology, from, to);
  const csc = training && topology ? toCsc(topology) : null;
  const count = topology ? topology.nnz : (to - from) * shape.in;
  const rowCut = topology && cutFor(device, topology.rowPtr);
  const colCut = csc && cutFor(device, csc.colPtr);
  const indices = (part: string, data: Uint32Array | null | undefined) =>
    data ? device.createBuffer(`${name}.${part}`, "u32", data) : null;
  const floats = (part: string) => device.createBuffer(`${name}.${part}`, "f32", count);
  return {
    rowStart: from,
    rows: to - from,
    slotStart: shape.topology ? shape.topology.rowPtr[from] : from * shape.in,
    slots: count,
    topology,
    rowPtr: indices("rowPtr", rowCut?.starts),
    colIdx: indices("colIdx", topology?.colIdx),
    colPtr: indices("colPtr", colCut?.starts),
    rowIdx: indices("rowIdx", csc?.rowIdx),
    perm: indices("perm", csc?.perm),
    rowCut: counts(rowCut),
    colCut: counts(colCut),
    w: floats("w"),
    m: slots > 0 ? floats("m") : null,
    v: slots > 1 ? floats("v") : null,
  };
}

function counts(cut: Cut | null): CutCounts {
  return { segments: cut?.segments ?? 0, joins: cut?.joins ?? 0 };
}

/** The most segments that a block of a layer has: rows of the buffer for their sums. */
export function mostPartials({ blocks }: Layer, side: "rowCut" | "colCut"): number {
  return maximum(blocks.map((block) => block[side].segments));
}

/**
 * Puts a layer's host state on the device; state arrays that are missing start at zero. `slots` is the number of state arrays the optimiser keeps;
 * without `training` there are no indices by column, which only the backward pass reads.
 */
export function createLayer(
  device: Device,
  name: string,
  { params, state, ...shape }: LayerState,
  specs: readonly ParamSpec[],
  slots: number,
  training = true,
): Layer {
  const { values, state: moments = [] } = { values: params.values, state: state.values };
  const blocks = blockRows(shape, device.limits.bindingBytes).map((range, i) => {
    const block = createBlock(device, `${name}.${i}`, shape, range, slots, training);
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
      const buffer = device.createBuffer(`${name}.${spec.name}`, "f32", array.length * (1 + slots));
      const sections = [array, ...(state[spec.name] ?? []).slice(0, slots)];
      for (const [k, section] of sections.entries()) device.write(buffer, section, k * array.length);
      return [spec.name, buffer] as const;
    });
  const { in: inputs, out, topology, neurons } = shape;
  return { in: inputs, out, sparse: topology !== null, blocks, specs, params: Object.fromEntries(packed), neurons };
}

/** Weights of a block's connections, and what the optimiser keeps beside them. */
export function connectionBuffers({ w, m, v }: Block): DeviceBuffer[] {
  return [w, m, v].filter((buffer) => buffer !== null);
}

/** Every buffer of a block. */
export function blockBuffers(block: Block): (DeviceBuffer | null)[] {
  return [block.rowPtr, block.colIdx, block.colPtr, block.rowIdx, block.perm, ...connectionBuffers(block)];
}

/** Every buffer of a layer. */
export function layerBuffers(layer: Layer): (DeviceBuffer | null)[] {
  return [...layer.blocks.flatMap(blockBuffers), ...Object.values(layer.params)];
}

/** The layer's connections as one topology (null when dense), put together from its blocks. */
export function layerTopology(layer: Layer): Topology | null {
  if (!layer.sparse) return null;
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
