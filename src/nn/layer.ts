import type { Device, DeviceBuffer } from "../device/device.js";
import { type Cut, type CutCounts, cutFor } from "../kernels/segments.js";
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
  /** bias, then its m, then its v: `out` elements each. */
  readonly bias: DeviceBuffer;
  /** tl, al, tr, ar, then their m, then their v: 4 x out elements each; null where the activation is not trained. */
  readonly trained: DeviceBuffer | null;
  /** Original ids of the output neurons. */
  readonly neurons: Uint32Array;
}

/** A layer's shape, for making one: connections without their values. */
export interface LayerShape {
  readonly in: number;
  readonly out: number;
  readonly topology: Topology | null;
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
export function createLayer(device: Device, name: string, state: LayerState, slots: number, training = true): Layer {
  const blocks = blockRows(state, device.limits.bindingBytes).map((range, i) => {
    const block = createBlock(device, `${name}.${i}`, state, range, slots, training);
    const part = (array: FloatArray) => array.subarray(block.slotStart, block.slotStart + block.slots);
    device.write(block.w, part(state.values));
    for (const [slot, buffer] of [block.m, block.v].entries()) {
      if (buffer && state.state[slot]) device.write(buffer, part(state.state[slot]));
    }
    return block;
  });
  return {
    in: state.in,
    out: state.out,
    sparse: state.topology !== null,
    blocks,
    bias: createPacked(device, `${name}.bias`, state.bias, state.biasState, slots),
    trained: state.trained && createPacked(device, `${name}.trained`, state.trained, state.trainedState, slots),
    neurons: state.neurons,
  };
}

function createPacked(
  device: Device,
  label: string,
  values: FloatArray,
  state: readonly FloatArray[],
  slots: number,
): DeviceBuffer {
  const buffer = device.createBuffer(label, "f32", values.length * (1 + slots));
  device.write(buffer, values);
  state.slice(0, slots).forEach((array, slot) => {
    device.write(buffer, array, values.length * (1 + slot));
  });
  return buffer;
}

/** Every buffer of a block. */
export function blockBuffers(block: Block): (DeviceBuffer | null)[] {
  return [block.rowPtr, block.colIdx, block.colPtr, block.rowIdx, block.perm, block.w, block.m, block.v];
}

/** Every buffer of a layer. */
export function layerBuffers(layer: Layer): (DeviceBuffer | null)[] {
  return [...layer.blocks.flatMap(blockBuffers), layer.bias, layer.trained];
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
