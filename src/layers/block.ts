import type { Device, DeviceBuffer } from "../device/device.js";
import { type Cut, type CutCounts, cutFor } from "../kernels/segments.js";
import { sliceRows, type Topology, toCsc } from "../sparse/topology.js";
import { check } from "../util/check.js";
import type { Connectivity } from "./param.js";

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

/** Rows [from, to) of each block of a layer, so that no array of a block exceeds `bindingBytes`. */
export function blockRows({ in: inputs, out, topology }: Connectivity, bindingBytes: number): [number, number][] {
  const most = Math.floor(bindingBytes / 4);
  const ends = (row: number) => (topology ? topology.rowPtr[row] : row * inputs);
  const blocks: [number, number][] = [];
  for (let from = 0; from < out; ) {
    let to = from + 1;
    check(ends(to) - ends(from) <= most, "layer", () => {
      return `row ${from} alone has ${ends(to) - ends(from)} connections, the device binds at most ${most}; use a smaller epsilon or fewer inputs`;
    });
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
  layer: Connectivity,
  [from, to]: readonly [number, number],
  states: number,
  training = true,
): Block {
  const topology = layer.topology && sliceRows(layer.topology, from, to);
  const csc = training && topology ? toCsc(topology) : null;
  const count = topology ? topology.nnz : (to - from) * layer.in;
  const rowCut = topology && cutFor(device, topology.rowPtr);
  const colCut = csc && cutFor(device, csc.colPtr);
  const indices = (part: string, data: Uint32Array | null | undefined) =>
    data ? device.createBuffer(`${name}.${part}`, "u32", data) : null;
  const floats = (part: string) => device.createBuffer(`${name}.${part}`, "f32", count);
  return {
    rowStart: from,
    rows: to - from,
    slotStart: layer.topology ? layer.topology.rowPtr[from] : from * layer.in,
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
    m: states > 0 ? floats("m") : null,
    v: states > 1 ? floats("v") : null,
  };
}

function counts(cut: Cut | null): CutCounts {
  return { segments: cut?.segments ?? 0, joins: cut?.joins ?? 0 };
}

/** Weights of a block's connections, and what the optimiser keeps beside them. */
export function connectionBuffers({ w, m, v }: Block): DeviceBuffer[] {
  return [w, m, v].filter((buffer) => buffer !== null);
}

/** Every buffer of a block. */
export function blockBuffers(block: Block): (DeviceBuffer | null)[] {
  return [block.rowPtr, block.colIdx, block.colPtr, block.rowIdx, block.perm, ...connectionBuffers(block)];
}
