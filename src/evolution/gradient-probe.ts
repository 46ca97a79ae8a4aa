import type { Device, DeviceBuffer, ElementType, TypedData } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { defaultVariants } from "../kernels/candidates.js";
import { countZeros } from "../kernels/count-zeros.js";
import { sddmm } from "../kernels/sddmm.js";
import { cutFor, inSegments, UNCUT } from "../kernels/segments.js";
import { inputsOf, type StepContext } from "../nn/context.js";
import { hyperParams } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import { type Cells, cellsOf } from "../sparse/place.js";
import { fromCoo, sliceRows, type Topology } from "../sparse/topology.js";
import { CoppiceError } from "../util/check.js";
import { joinArrays } from "../util/join-arrays.js";
import { takeTurns } from "../util/turns.js";
import { type GradientCells, keepLargest, largestPlaces } from "./largest.js";

/**
 * Gradients of the loss by weights that need not exist: dL/dW[i, j] = sum over the samples of delta[i] x[j]. They are of the network as it was
 * trained, before this evolution; cells are numbered as the neurons that stay.
 */
export interface GradientProbe {
  /** The gradients at `cells` of layer `layer`, in their order; of a topology by its slots, without a copy of its cells. */
  at(layer: number, cells: Cells | Topology): Promise<Float32Array>;
  /** The `count` cells of the largest |gradient| among those that are not in `taken`; of equal ones the first by rows. By rows. */
  largest(layer: number, taken: Topology, count: number): Promise<Cells>;
  /** The same of each row for itself: counts[row] cells of it. */
  largestInRows(layer: number, taken: Topology, counts: Uint32Array): Promise<Cells>;
  /** For how many of the samples each output neuron of layer `layer` answers 0; where members share weights, for how many of theirs. */
  zeros(layer: number): Promise<Uint32Array>;
}

/**
 * The samples that gradients are the mean over: the batch that the next epoch begins with, the training set, either by how many samples there are
 * (see `FEW_SAMPLES`), or so many in whole batches.
 */
export type GradientSamples = "batch" | "set" | "auto" | number;

/** Of fewer samples than these "auto" takes all: one batch says little of a small set, and all are soon done. */
const FEW_SAMPLES = 1000;

/** Steps of an epoch of `steps` whose samples are taken. */
export function gradientSteps(over: GradientSamples, samples: number, batch: number, steps: number): number {
  if (typeof over === "number") return Math.min(steps, Math.ceil(over / batch));
  return over === "set" || (over === "auto" && samples < FEW_SAMPLES) ? steps : 1;
}

/** The neurons of every layer that stay, by which cells are numbered: outputs and inputs, increasing. */
export interface Numbering {
  readonly keepRows: readonly Uint32Array[];
  readonly keepCols: readonly Uint32Array[];
}

/** What probes compute on. */
export interface ProbeSource {
  readonly device: Device;
  /** Neurons of every layer before the evolution, inputs included. */
  readonly sizes: readonly number[];
  /**
   * Runs the steps of a batch or of the whole set: forward and backward, and then what `after` gives in the place of the updates. rates.lr is
   * minus the step's share in the samples.
   */
  pass(after: (step: StepContext) => Dispatch[]): Promise<void>;
}

const refuse = async (): Promise<never> => {
  throw new CoppiceError(
    'gradients: no grower, allocator or scorer asks for them; set its field `gradients` to "batch" or "set"',
  );
};
/** Stands for the probe of an evolution none of whose pieces asks for gradients. */
export const NO_PROBE: GradientProbe = { at: refuse, largest: refuse, largestInRows: refuse, zeros: refuse };

/** Cells whose gradients are on the device together. */
const TILE = 2 ** 20;

/** What is summed over the samples of a pass: numbers on the device, so many, and the dispatches of a step that add to them. */
interface Asked {
  readonly size: number;
  open(make: Make): { readonly sums: DeviceBuffer; dispatch(step: StepContext): Dispatch[] };
}

/** Makes a buffer that ends with the pass. */
type Make = (name: string, type: ElementType, initial: Uint32Array | number) => DeviceBuffer;

/** What waits for a pass over the samples. */
interface Waiting extends Asked {
  readonly resolve: (sums: TypedData) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes probes, one for each member's numbering. Cells that wait at the same time, of whatever layer and member, share a pass over the samples,
 * up to `tile` of them. A pass makes buffers for its cells and frees them: the gradients of a whole layer are never in memory together.
 */
export function createProbes(source: ProbeSource, tile = TILE): (numbering: Numbering) => GradientProbe {
  const inTurn = takeTurns(); // all share the tables of the steps
  const waiting: Waiting[] = [];
  const serve = async () => {
    const served = waiting.splice(0, countWithin(waiting, tile));
    if (served.length === 0) return; // an earlier pass had these, too
    try {
      const found = await sumsOf(source, served);
      for (const [i, { resolve }] of served.entries()) resolve(found[i]);
    } catch (error) {
      for (const { reject } of served) reject(error);
    }
  };
  const ask = (asked: Asked) =>
    new Promise<TypedData>((resolve, reject) => {
      waiting.push({ ...asked, resolve, reject });
      void inTurn(serve);
    });
  return (numbering) => createProbe(source, numbering, ask, tile);
}

/** How many of those that wait, at least one, have `most` cells together. */
function countWithin(waiting: readonly Waiting[], most: number): number {
  let [count, cells] = [0, 0];
  for (const { size } of waiting) {
    cells += size;
    if (count > 0 && cells > most) break;
    count++;
  }
  return count;
}

function createProbe(
  source: ProbeSource,
  numbering: Numbering,
  ask: (asked: Asked) => Promise<TypedData>,
  tile: number,
): GradientProbe {
  const gradientsOf = async (layer: number, cells: Topology, from: number) => {
    const open = (make: Make) => sumGradients(source, { numbering, layer, cells, from }, make);
    const gradients = await ask({ size: cells.nnz, open });
    return gradients instanceof Float32Array ? gradients : Float32Array.from(gradients);
  };
  const inRows = async (layer: number, cells: Topology) => {
    const gradients = new Float32Array(cells.nnz);
    for (const [from, to] of tilesOf(cells.rows, (row) => cells.rowPtr[row], tile))
      gradients.set(await gradientsOf(layer, sliceRows(cells, from, to), from), cells.rowPtr[from]);
    return gradients;
  };
  /** Goes over the gradients of all free cells, some rows from row `from` on at a time. */
  const eachTile = async (
    layer: number,
    taken: Topology,
    see: (free: Topology, from: number, gradients: Float32Array) => void,
  ): Promise<void> => {
    const freeBefore = (row: number) => row * taken.cols - taken.rowPtr[row];
    for (const [from, to] of tilesOf(taken.rows, freeBefore, tile)) {
      const free = freeCells(taken, from, to);
      see(free, from, await gradientsOf(layer, free, from));
    }
  };
  return {
    async at(layer, cells) {
      const [rows, cols] = [numbering.keepRows[layer].length, numbering.keepCols[layer].length];
      const where = `gradients of layer ${layer}`;
      if ("rowPtr" in cells) return inRows(layer, cellsOf(cells, rows, cols, where));
      const { topology, order } = fromCoo({ rows, cols, ...cells }, where);
      const gradients = new Float32Array(topology.nnz);
      for (const [slot, gradient] of (await inRows(layer, topology)).entries()) gradients[order[slot]] = gradient;
      return gradients;
    },
    async largest(layer, taken, count) {
      let best: GradientCells = { rowIdx: new Uint32Array(0), colIdx: new Uint32Array(0), gradients: new Float32Array(0) };
      await eachTile(layer, taken, (free, from, gradients) => {
        best = keepLargest(best, free, from, gradients, count);
      });
      return { rowIdx: best.rowIdx, colIdx: best.colIdx };
    },
    async largestInRows(layer, taken, counts) {
      const cells: Cells[] = [];
      await eachTile(layer, taken, (free, from, gradients) => void cells.push(largestOfRows(free, from, gradients, counts)));
      return { rowIdx: joinArrays(cells.map(({ rowIdx }) => rowIdx)), colIdx: joinArrays(cells.map(({ colIdx }) => colIdx)) };
    },
    async zeros(layer) {
      const rows = source.sizes[layer + 1];
      const zeros = await ask({ size: rows, open: (make) => sumZeros(layer, rows, make) });
      return numbering.keepRows[layer].map((row) => zeros[row]);
    },
  };
}

/** Of each of these rows, the first of which is row `from`, the counts[row] cells of the largest |gradient|. */
function largestOfRows(
  { rows, rowPtr, colIdx: cols }: Topology,
  from: number,
  gradients: Float32Array,
  counts: Uint32Array,
): Cells {
  const all = counts.subarray(from, from + rows).reduce((sum, count) => sum + count, 0);
  const [rowIdx, colIdx] = [new Uint32Array(all), new Uint32Array(all)];
  let found = 0;
  for (let row = 0; row < rows; row++)
    for (const k of largestPlaces(gradients.subarray(rowPtr[row], rowPtr[row + 1]), counts[from + row])) {
      rowIdx[found] = from + row;
      colIdx[found++] = cols[rowPtr[row] + k];
    }
  return { rowIdx, colIdx };
}

/** Rows [from, to) with at most `most` cells each, or one row; rows without cells at the ends are left out. */
function tilesOf(rows: number, before: (row: number) => number, most: number): [number, number][] {
  const tiles: [number, number][] = [];
  for (let from = 0; from < rows; ) {
    let to = from + 1;
    while (to < rows && before(to + 1) - before(from) <= most) to++;
    if (before(to) > before(from)) tiles.push([from, to]);
    from = to;
  }
  return tiles;
}

/** The cells of rows [from, to) that hold no connection, as rows from 0. */
function freeCells(taken: Topology, from: number, to: number): Topology {
  const { cols } = taken;
  const nnz = (to - from) * cols - (taken.rowPtr[to] - taken.rowPtr[from]);
  const rowPtr = new Uint32Array(to - from + 1);
  const colIdx = new Uint32Array(nnz);
  let [free, k] = [0, taken.rowPtr[from]];
  for (let row = from; row < to; row++) {
    let col = 0;
    for (const end = taken.rowPtr[row + 1]; k < end; k++, col++) while (col < taken.colIdx[k]) colIdx[free++] = col++;
    while (col < cols) colIdx[free++] = col++;
    rowPtr[row - from + 1] = free;
  }
  return { rows: to - from, cols, nnz, rowPtr, colIdx };
}

/** What is asked for, each in its order, in one pass. */
async function sumsOf({ device, pass }: ProbeSource, all: readonly Asked[]): Promise<readonly TypedData[]> {
  const buffers: DeviceBuffer[] = [];
  const make: Make = (name, type, initial) => {
    const buffer = device.createBuffer(`probe.${name}`, type, initial);
    buffers.push(buffer);
    return buffer;
  };
  try {
    const made = all.map(({ open }) => open(make));
    await pass((step) => made.flatMap(({ dispatch }) => dispatch(step)));
    return await device.read(made.map(({ sums }) => sums));
  } finally {
    device.destroyBuffers(buffers);
  }
}

/** Cells of a layer whose gradients are asked for; their first row is row `from` of those that stay. */
interface AskedCells {
  readonly numbering: Numbering;
  readonly layer: number;
  readonly cells: Topology;
  readonly from: number;
}

/** The gradients at cells, by their slots. */
function sumGradients(
  { device, sizes }: ProbeSource,
  { numbering, layer, cells, from }: AskedCells,
  make: Make,
): ReturnType<Asked["open"]> {
  const [keepRows, keepCols] = [numbering.keepRows[layer], numbering.keepCols[layer]];
  const firstRow = keepRows[from];
  const lastRow = keepRows[from + cells.rows - 1];
  const rowPtr = new Uint32Array(lastRow - firstRow + 2); // of rows as they were before, those that left between them being empty
  for (let row = 0; row < cells.rows; row++)
    rowPtr[keepRows[from + row] - firstRow + 1] = cells.rowPtr[row + 1] - cells.rowPtr[row];
  for (let row = 0; row + 1 < rowPtr.length; row++) rowPtr[row + 1] += rowPtr[row];
  const rows = rowPtr.length - 1;
  const cut = cutFor(device, rowPtr);
  const before = keepCols.length === sizes[layer] ? cells.colIdx : cells.colIdx.map((col) => keepCols[col]);
  const starts = make("rowPtr", "u32", cut.starts);
  const colIdx = make("colIdx", "u32", before);
  const gradients = make("gradients", "f32", cells.nnz);
  // Plain SGD adds -lr times the gradient of each step to what starts at 0.
  const dispatch = (step: StepContext) => {
    const { activations, rates } = step;
    const { x, quads } = inputsOf(step, layer);
    const shape = { rows, cols: sizes[layer], nnz: cells.nnz, quads, software: device.info.software };
    const sampled = sddmm.on({
      params: { rows, rowStart: firstRow, quads, neurons: sizes[layer + 1], ...UNCUT, ...hyperParams(sgd, {}, 0) },
      buffers: { rates, rowPtr: starts, colIdx, w: gradients, m: null, v: null, delta: activations.delta[layer], x, bias: null },
      constants: { ...defaultVariants("sddmm", shape), BIAS: 0 },
      pieces: { optimiser: sgd },
    });
    return [inSegments(sampled, rows, cut)];
  };
  return { sums: gradients, dispatch };
}

/** How often each output of a layer is 0. */
function sumZeros(layer: number, rows: number, make: Make): ReturnType<Asked["open"]> {
  const counts = make("zeros", "u32", rows);
  const dispatch = ({ activations: { y, quads }, layers, cursor }: StepContext) => [
    countZeros.on({ params: { rows, share: layers[layer].share ?? 1, quads }, buffers: { cursor, x: y[layer + 1], counts } }),
  ];
  return { sums: counts, dispatch };
}
