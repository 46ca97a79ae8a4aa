import type { Device, DeviceBuffer } from "../device/device.js";
import type { Place } from "../device/place.js";
import { type Cut, type CutCounts, cutFor } from "../kernels/segments.js";
import type { Workspace } from "../sparse/loops.js";
import { sliceRows, type Topology, toCsc } from "../sparse/topology.js";
import { check } from "../util/check.js";
import { maximum } from "../util/extremes.js";
import type { Connectivity } from "./param.js";

/**
 * A stack of rows of a layer that fits into one binding: its own CSR, CSC and perm, its own values and state.
 * Small layers are one block, and so is the layer of all members of an ensemble. Slots of the layer are numbered through the blocks, from `slotStart`.
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
  /** Where the dropout identities of rows and columns are in rowPtr and colPtr (see `spmm`); 0 where there are none. */
  readonly rowIdentityAt: number;
  readonly colIdentityAt: number;
  /** Weights, and what is kept beside them (see `keptNames`), `slots` elements each. */
  readonly w: DeviceBuffer;
  readonly kept: readonly DeviceBuffer[];
}

/**
 * Rows [from, to) of each block of a layer, so that no array of a block exceeds `bindingBytes`. The layer of an ensemble is one block. Throws a
 * usage error where a row alone, or an ensemble, has too many connections.
 */
export function blockRows(
  { in: inputs, out, topology }: Connectivity,
  bindingBytes: number,
  members: readonly Place[] = [],
): [number, number][] {
  const most = Math.floor(bindingBytes / 4);
  if (members.length > 0) {
    checkTogether(members, most);
    return [[0, out]];
  }
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

function checkTogether(members: readonly Place[], most: number): void {
  const all = slotsOf(members);
  check(all <= most, "ensemble", () => {
    const fit = Math.floor(most / maximum(members.map(({ slots }) => slots)));
    const what = `${members.length} members have ${all} connections in a layer, the device binds at most ${most}`;
    return `${what}; train ${fit > 1 ? `at most ${fit} members together` : "the members one after another"}`;
  });
}

/** Connections of all members in a layer. */
const slotsOf = (members: readonly Place[]) => members.reduce((sum, { slots }) => sum + slots, 0);

/** The indices of a block as a device holds them, and all that follows from them. */
type BlockIndices = Omit<Block, IndexName | "w" | "kept"> & Readonly<Record<IndexName, Uint32Array | null>>;
type IndexName = (typeof INDICES)[number];
const INDICES = ["rowPtr", "colIdx", "colPtr", "rowIdx", "perm"] as const;

/**
 * The indices of rows [from, to) of a layer; those by column are for training, and left out where it is false. With the places of `members`,
 * whose rows and columns the layer has, the neurons of each drop out as in a network of its own. Some may lie in `space`.
 */
export function indexBlock(
  device: Device,
  layer: Connectivity,
  [from, to]: readonly [number, number],
  training = true,
  members: readonly Place[] = [],
  space?: Workspace,
): BlockIndices {
  const topology = layer.topology && sliceRows(layer.topology, from, to);
  const csc = training && topology ? toCsc(topology, space) : null;
  const rowCut = topology && cutFor(device, topology.rowPtr);
  const colCut = csc && cutFor(device, csc.colPtr);
  const rows = rowCut && withIdentities(rowCut, layer.out, members.map(outputsOf));
  const cols = colCut && withIdentities(colCut, layer.in, members.map(inputsOf));
  return {
    rowStart: from,
    rows: to - from,
    slotStart: layer.topology ? layer.topology.rowPtr[from] : from * layer.in,
    slots: topology?.nnz ?? (members.length > 0 ? slotsOf(members) : (to - from) * layer.in),
    topology,
    rowPtr: rows?.words ?? null,
    colIdx: topology?.colIdx ?? null,
    colPtr: cols?.words ?? null,
    rowIdx: csc?.rowIdx ?? null,
    perm: csc?.perm ?? null,
    rowCut: counts(rowCut),
    colCut: counts(colCut),
    rowIdentityAt: rows?.identityAt ?? 0,
    colIdentityAt: cols?.identityAt ?? 0,
  };
}

/** Makes one block's buffers: of its indices, and of zeros for weights and `states` arrays beside them. */
export function createBlock(device: Device, name: string, indices: BlockIndices, states: number): Block {
  const made = INDICES.map((part) => {
    const data = indices[part];
    return [part, data && device.createBuffer(`${name}.${part}`, "u32", data)] as const;
  });
  const floats = (part: string) => device.createBuffer(`${name}.${part}`, "f32", indices.slots);
  return {
    ...indices,
    ...(Object.fromEntries(made) as Readonly<Record<IndexName, DeviceBuffer | null>>),
    w: floats("w"),
    kept: Array.from({ length: states }, (_, k) => floats(`kept${k}`)),
  };
}

/** Whether a block's buffers hold as much, and what was recorded with them stays right. */
export function fits(block: Block, indices: BlockIndices): boolean {
  const numbers = ["rowStart", "rows", "slotStart", "slots", "rowIdentityAt", "colIdentityAt"] as const;
  return (
    numbers.every((part) => block[part] === indices[part]) &&
    (["rowCut", "colCut"] as const).every((side) => block[side].segments === indices[side].segments) &&
    INDICES.every((part) => block[part]?.length === indices[part]?.length)
  );
}

/** The block with other indices that fit, in the same buffers; its weights and state are as they were. */
export function rewriteIndices(device: Device, block: Block, indices: BlockIndices): Block {
  for (const part of INDICES) {
    const [buffer, data] = [block[part], indices[part]];
    if (buffer && data) device.write(buffer, data);
  }
  return { ...block, topology: indices.topology };
}

/** One member's neurons on a side of a layer, and the stream of their dropout masks. */
interface Side {
  readonly start: number;
  readonly count: number;
  readonly stream: number;
}
const outputsOf = ({ rowStart, rows, stream }: Place): Side => ({ start: rowStart, count: rows, stream });
const inputsOf = ({ colStart, cols, streamBelow }: Place): Side => ({ start: colStart, count: cols, stream: streamBelow });

/** What rowPtr or colPtr holds: starts, tables, and of an ensemble for each neuron its stream and its number within its member. */
function withIdentities({ starts }: Cut, neurons: number, sides: readonly Side[]): { words: Uint32Array; identityAt: number } {
  if (sides.length === 0) return { words: starts, identityAt: 0 };
  const words = new Uint32Array(starts.length + 2 * neurons);
  words.set(starts);
  for (const { start, count, stream } of sides)
    for (let i = 0; i < count; i++) words.set([stream, i], starts.length + 2 * (start + i));
  return { words, identityAt: starts.length };
}

function counts(cut: Cut | null): CutCounts {
  return { segments: cut?.segments ?? 0, joins: cut?.joins ?? 0 };
}

/** Weights of a block's connections, and what is kept beside them. */
export function connectionBuffers({ w, kept }: Block): DeviceBuffer[] {
  return [w, ...kept];
}

/** Every buffer of a block. */
export function blockBuffers(block: Block): (DeviceBuffer | null)[] {
  return [block.rowPtr, block.colIdx, block.colPtr, block.rowIdx, block.perm, ...connectionBuffers(block)];
}
