import type { Wiring } from "../wiring.js";
import { MOST_EPOCHS, wirings } from "../wiring.js";

/** What there is to look at. */
export interface WiringInfo {
  readonly epochs: readonly number[];
  /** Weight layers. */
  readonly layers: number;
  /** Epochs that are remembered at most. */
  readonly most: number;
}

/** Throws where nothing was trained here. */
export function wiringInfo(): WiringInfo {
  const all = wirings();
  if (all.length === 0)
    throw new Error("the connections of every epoch are known of networks that were trained in this page: train one");
  return { epochs: all.map(({ epoch }) => epoch), layers: all[0].layers.length, most: MOST_EPOCHS };
}

/** Neurons by how many connections they have: counts of bins whose edges grow by the square root of 2. */
export interface Degrees {
  /** From `from` to `to`, that not included. */
  readonly bins: readonly { readonly from: number; readonly to: number; readonly neurons: number }[];
}

/** The connections of a layer after an epoch. */
export interface LayerWiring {
  readonly epoch: number;
  /** Neurons, and what they get: other neurons or the inputs. */
  readonly rows: number;
  readonly cols: number;
  readonly connections: number;
  /** [height, width] the share of the cells of each part that hold a connection. */
  readonly shares: Float32Array;
  readonly shape: readonly [number, number];
  /** Of the neurons' connections in, and of what they get its connections out; also as they were first. */
  readonly fanIn: Degrees;
  readonly fanOut: Degrees;
  readonly first: { readonly epoch: number; readonly fanIn: Degrees; readonly fanOut: Degrees };
}

/** Parts of a picture along a side, at most. */
const PARTS = 64;

export function wiringAt(epoch: number, layer: number): LayerWiring {
  const all = wirings();
  const now = all.find((one) => one.epoch === epoch);
  if (!now) throw new Error(`the connections after epoch ${epoch} are not remembered`);
  const { in: cols, out: rows, topology } = now.layers[layer];
  const shape = [Math.min(PARTS, rows), Math.min(PARTS, cols)] as const;
  const begun = all[0];
  return {
    epoch,
    rows,
    cols,
    connections: topology?.nnz ?? rows * cols,
    shares: sharesOf(now.layers[layer], shape),
    shape,
    ...degreesOf(now, layer),
    first: { epoch: begun.epoch, ...degreesOf(begun, layer) },
  };
}

type Layer = Wiring["layers"][number];

function sharesOf({ in: cols, out: rows, topology }: Layer, [height, width]: readonly [number, number]): Float32Array {
  const shares = new Float32Array(height * width);
  if (!topology) return shares.fill(1);
  const rowOf = (row: number) => Math.floor((row * height) / rows);
  const colOf = (col: number) => Math.floor((col * width) / cols);
  for (let row = 0; row < rows; row++)
    for (let k = topology.rowPtr[row]; k < topology.rowPtr[row + 1]; k++)
      shares[rowOf(row) * width + colOf(topology.colIdx[k])]++;
  const edge = (part: number, parts: number, all: number) => Math.ceil((part * all) / parts);
  for (let k = 0; k < shares.length; k++) {
    const [y, x] = [Math.floor(k / width), k % width];
    const cells = (edge(y + 1, height, rows) - edge(y, height, rows)) * (edge(x + 1, width, cols) - edge(x, width, cols));
    shares[k] /= Math.max(1, cells);
  }
  return shares;
}

function degreesOf({ layers }: Wiring, layer: number): { readonly fanIn: Degrees; readonly fanOut: Degrees } {
  const { in: cols, out: rows, topology } = layers[layer];
  const into = new Uint32Array(rows).fill(cols);
  const out = new Uint32Array(cols).fill(rows);
  if (topology) {
    for (let row = 0; row < rows; row++) into[row] = topology.rowPtr[row + 1] - topology.rowPtr[row];
    out.fill(0);
    for (let k = 0; k < topology.nnz; k++) out[topology.colIdx[k]]++;
  }
  return { fanIn: binned(into), fanOut: binned(out) };
}

/** Those without a connection are in no bin: a logarithmic axis has no 0. */
export function binned(degrees: Uint32Array): Degrees {
  const edges = [1];
  for (let k = 1; edges[edges.length - 1] <= degrees.reduce((a, b) => Math.max(a, b), 0); k++) {
    const edge = Math.round(2 ** (k / 2));
    if (edge > edges[edges.length - 1]) edges.push(edge);
  }
  const counts = new Uint32Array(edges.length);
  for (const degree of degrees) if (degree > 0) counts[edges.findLastIndex((edge) => edge <= degree)]++;
  return { bins: edges.slice(0, -1).map((from, k) => ({ from, to: edges[k + 1], neurons: counts[k] })) };
}
