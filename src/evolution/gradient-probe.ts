import type { Device, DeviceBuffer } from "../device/device.js";
import type { Dispatch } from "../device/kernel.js";
import { defaultVariants } from "../kernels/candidates.js";
import { sddmm } from "../kernels/sddmm.js";
import { cutFor, inSegments, UNCUT } from "../kernels/segments.js";
import type { StepContext } from "../nn/passes.js";
import { hyperParams } from "../optimisers/optimiser.js";
import { sgd } from "../optimisers/sgd.js";
import type { Cells } from "../sparse/place.js";
import { fromCoo, sliceRows, type Topology } from "../sparse/topology.js";
import { CoppiceError } from "../util/check.js";
import { takeTurns } from "../util/turns.js";

/**
 * Gradients of the loss by weights that need not exist: dL/dW[i, j] = sum over the samples of delta[i] x[j]. They are of the network as it was
 * trained, before this evolution; cells are numbered as the neurons that stay.
 */
export interface GradientProbe {
  /** The gradients at `cells` of layer `layer`, in their order. */
  at(layer: number, cells: Cells): Promise<Float32Array>;
  /** The `count` cells of the largest |gradient| among those that are not in `taken`; of equal ones the first by rows. By rows. */
  largest(layer: number, taken: Topology, count: number): Promise<Cells>;
}

/** The neurons of every layer that stay, by which cells are numbered: outputs and inputs, increasing. */
export interface Numbering {
  readonly keepRows: readonly Uint32Array[];
  readonly keepCols: readonly Uint32Array[];
}

/** What a probe computes on. */
export interface ProbeSource {
  readonly device: Device;
  readonly numbering: Numbering;
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
    'gradients: neither the grower nor the allocator asks for them; set its field `gradients` to "batch" or "set"',
  );
};
/** Stands for the probe of an evolution none of whose pieces asks for gradients. */
export const NO_PROBE: GradientProbe = { at: refuse, largest: refuse };

/** Cells whose gradients are on the device together. */
const TILE = 2 ** 20;

/** A probe that makes its buffers for each tile of cells, and frees them: the gradients of a whole layer are never in memory together. */
export function createProbe(source: ProbeSource, tile = TILE): GradientProbe {
  const { keepRows, keepCols } = source.numbering;
  const inTurn = takeTurns(); // all share the tables of the steps
  const gradientsAt = (layer: number, cells: Topology, from: number) => inTurn(() => gradientsOf(source, layer, cells, from));
  return {
    async at(layer, cells) {
      const [rows, cols] = [keepRows[layer].length, keepCols[layer].length];
      const { topology, order } = fromCoo({ rows, cols, ...cells }, `gradients of layer ${layer}`);
      const gradients = new Float32Array(topology.nnz);
      for (const [from, to] of tilesOf(rows, (row) => topology.rowPtr[row], tile)) {
        const found = await gradientsAt(layer, sliceRows(topology, from, to), from);
        for (let k = 0, slot = topology.rowPtr[from]; k < found.length; k++, slot++) gradients[order[slot]] = found[k];
      }
      return gradients;
    },
    async largest(layer, taken, count) {
      const best = createRanking(count, taken.cols);
      const freeBefore = (row: number) => row * taken.cols - taken.rowPtr[row];
      for (const [from, to] of tilesOf(taken.rows, freeBefore, tile)) {
        const free = freeCells(taken, from, to);
        best.add(free, from, await gradientsAt(layer, free, from));
      }
      return best.cells();
    },
  };
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
    for (let col = 0; col < cols; col++) {
      if (k < taken.rowPtr[row + 1] && taken.colIdx[k] === col) k++;
      else colIdx[free++] = col;
    }
    rowPtr[row - from + 1] = free;
  }
  return { rows: to - from, cols, nnz, rowPtr, colIdx };
}

/** The gradients at cells whose first row is row `from` of those that stay, by their slots. */
async function gradientsOf(source: ProbeSource, layer: number, cells: Topology, from: number): Promise<Float32Array> {
  const { device, numbering, sizes, pass } = source;
  const [keepRows, keepCols] = [numbering.keepRows[layer], numbering.keepCols[layer]];
  const firstRow = keepRows[from];
  const lastRow = keepRows[from + cells.rows - 1];
  const rowPtr = new Uint32Array(lastRow - firstRow + 2); // of rows as they were before, those that left between them being empty
  for (let row = 0; row < cells.rows; row++)
    rowPtr[keepRows[from + row] - firstRow + 1] = cells.rowPtr[row + 1] - cells.rowPtr[row];
  for (let row = 0; row + 1 < rowPtr.length; row++) rowPtr[row + 1] += rowPtr[row];
  const rows = rowPtr.length - 1;
  const cut = cutFor(device, rowPtr);
  const before = cells.colIdx.map((col) => keepCols[col]);
  const buffers: DeviceBuffer[] = [
    device.createBuffer("probe.rowPtr", "u32", cut.starts),
    device.createBuffer("probe.colIdx", "u32", before),
    device.createBuffer("probe.gradients", "f32", cells.nnz),
  ];
  const [starts, colIdx, gradients] = buffers;
  try {
    // Plain SGD adds -lr times the gradient of each step to what starts at 0.
    await pass(({ activations: { quads, delta, y }, rates }) => {
      const shape = { rows, cols: sizes[layer], nnz: cells.nnz, quads, software: device.info.software };
      const sampled = sddmm.on({
        params: { rows, rowStart: firstRow, quads, neurons: sizes[layer + 1], ...UNCUT, ...hyperParams(sgd, {}, 0) },
        buffers: { rates, rowPtr: starts, colIdx, w: gradients, m: null, v: null, delta: delta[layer], x: y[layer], bias: null },
        constants: { ...defaultVariants("sddmm", shape), BIAS: 0 },
        pieces: { optimiser: sgd },
      });
      return [inSegments(sampled, rows, cut)];
    });
    const [found] = await device.read([gradients]);
    return Float32Array.from(found);
  } finally {
    device.destroyBuffers(buffers);
  }
}

/** Keeps the `count` cells of the largest |gradient| of all that are added; of equal ones those added first. */
function createRanking(count: number, cols: number) {
  let found: { gradient: number; cell: number }[] = [];
  let least = 0; // nothing below it is among the largest
  const cutBack = () => {
    found.sort((a, b) => b.gradient - a.gradient || a.cell - b.cell);
    found = found.slice(0, count);
    if (found.length === count && count > 0) least = found[count - 1].gradient;
  };
  return {
    add(cells: Topology, firstRow: number, gradients: Float32Array): void {
      for (let row = 0, k = 0; row < cells.rows; row++) {
        for (; k < cells.rowPtr[row + 1]; k++) {
          const gradient = Math.abs(gradients[k]);
          if (gradient >= least) found.push({ gradient, cell: (firstRow + row) * cols + cells.colIdx[k] });
          if (found.length >= 2 * count + TILE) cutBack();
        }
      }
    },
    cells(): Cells {
      cutBack();
      const cells = found.map(({ cell }) => cell).sort((a, b) => a - b);
      return {
        rowIdx: Uint32Array.from(cells, (cell) => Math.floor(cell / cols)),
        colIdx: Uint32Array.from(cells, (cell) => cell % cols),
      };
    },
  };
}
