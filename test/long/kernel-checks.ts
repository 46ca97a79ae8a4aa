import type { Dispatch } from "../../src/device/kernel.js";
import type { gather } from "../../src/kernels/gather.js";
import type { loss } from "../../src/kernels/loss.js";
import type { sddmm } from "../../src/kernels/sddmm.js";
import { cutLongRows, inSegments, joined } from "../../src/kernels/segments.js";
import type { spmm } from "../../src/kernels/spmm.js";
import type { spmmT } from "../../src/kernels/spmm-t.js";
import { mse } from "../../src/losses/mse.js";
import { gradient } from "../../src/optimisers/gradient.js";
import { type Topology, toCsc } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { expectEqual, integers, padded, runKernel, strideOf, unpadded } from "../kernels/harness.js";
import { PROBLEMS, randomTopology } from "../kernels/problems.js";
import { multiply, multiplyTransposed, rowSums, sampledProduct } from "../kernels/reference.js";
import { sharedGpu } from "../one-gpu.js";

// Checks of kernels that mutants are put to: each throws if the kernel computes anything else than brute force.

export const device = await sharedGpu();

/** A shape that shows most faults: rows of 0 to 12 connections. */
const topology = randomTopology(random(1, "mutants"), 33, 30, 0.2);
const batch = 18;
const quads = strideOf(batch) / 4;
const cursor = Uint32Array.of(0, batch, 0, 0);
const unused = { alpha: 0, stream: 0, threshold: 0, keepScale: 1, segments: 0, tableAt: 0, identityAt: 0, partialAt: 0 };
/** 5 quads on 2 lanes of 4; rows (columns) of more than ABOVE connections in segments of at most 3. */
export const TILING = { VECS: 4, LANES: 2, UNROLL: 4 };
const ABOVE = 7;

interface Data {
  readonly values: Float32Array;
  readonly bias: Float32Array;
  readonly dy: Float32Array;
  readonly x: Float32Array;
}

function draw({ nnz, rows, cols }: Topology, samples: number): Data {
  const rng = random(2, "mutants");
  return {
    values: integers(rng, nnz),
    bias: integers(rng, rows),
    dy: integers(rng, rows * samples),
    x: integers(rng, cols * samples),
  };
}

/** With constants of its own (a tiling of the batch). */
export const checkSpmmWith = (constants: Partial<Record<keyof typeof spmm.constants, number>>) => async (kernel: typeof spmm) => {
  const { values, bias, x } = draw(topology, batch);
  const params = { ...unused, rows: 33, rowStart: 0, quads, zScale: 1, neurons: 33 };
  const cut = cutLongRows(topology.rowPtr, ABOVE, 3);
  const sums = { y: 33 * 4 * quads, z: cut.segments * 4 * quads, parameters: null };
  const arrays = { ...topology, rowPtr: cut.starts, cursor, values, bias, x: padded(x, 30, batch), ...sums };
  const expand = (dispatch: Dispatch) => joined(dispatch, 33, cut, ABOVE);
  const { y } = await runKernel(device, kernel, { params, arrays, constants, expand });
  expectEqual(unpadded(y, 33, batch), multiply(topology, values, bias, x, batch).value, "y");
};
export const checkSpmm = checkSpmmWith(TILING);

export async function checkFolding(kernel: typeof spmm): Promise<void> {
  const many = PROBLEMS.find(({ reason }) => reason.startsWith("70,000 rows"))?.topology;
  if (!many) throw new Error("the problem of 70,000 rows is missing");
  const { values, x } = draw(many, 1);
  const params = { ...unused, rows: many.rows, rowStart: 0, quads: 1, zScale: 1, neurons: many.rows };
  const arrays = { ...many, cursor, values, bias: null, x: padded(x, many.cols, 1), y: 4 * many.rows, z: null, parameters: null };
  const { y } = await runKernel(device, kernel, { params, arrays, constants: { BIAS: 0, WG: 1 } });
  expectEqual(unpadded(y, many.rows, 1), multiply(many, values, null, x, 1).value, "y");
}

export async function checkSpmmT(kernel: typeof spmmT): Promise<void> {
  const { values, dy } = draw(topology, batch);
  const params = { ...unused, cols: 30, rowStart: 0, quads };
  const csc = toCsc(topology);
  const cut = cutLongRows(csc.colPtr, ABOVE, 3);
  const sums = { dx: 30 * 4 * quads, partial: cut.segments * 4 * quads };
  const arrays = { ...csc, colPtr: cut.starts, cursor, values, dy: padded(dy, 33, batch), saved: null, ...sums };
  const expand = (dispatch: Dispatch) => joined(dispatch, 30, cut, ABOVE);
  const { dx } = await runKernel(device, kernel, { params, arrays, constants: TILING, expand });
  expectEqual(unpadded(dx, 30, batch), multiplyTransposed(topology, values, dy, batch).value, "dx");
}

export const checkSddmmWith = (LANES: number, EACH: number) => async (kernel: typeof sddmm) => {
  const { values, dy, x } = draw(topology, batch);
  const params = {
    rows: 33,
    rowStart: 0,
    quads,
    neurons: 33,
    hyper0: 0,
    hyper1: 0,
    hyper2: 0,
    decay: 0,
    segments: 0,
    tableAt: 0,
  };
  const cut = cutLongRows(topology.rowPtr, ABOVE, 5);
  const arrays = {
    ...topology,
    rowPtr: cut.starts,
    rates: new Float32Array(4),
    w: values,
    m: topology.nnz,
    v: null,
    delta: padded(dy, 33, batch, 0),
    x: padded(x, 30, batch, 5),
    bias: new Float32Array(66),
  };
  const expand = (dispatch: Dispatch) => [inSegments(dispatch, 33, cut, ABOVE)];
  const { w, m, bias } = await runKernel(device, kernel, {
    params,
    arrays,
    constants: { LANES, EACH },
    pieces: { optimiser: gradient },
    expand,
  });
  expectEqual(w, values, "w");
  expectEqual(m, sampledProduct(topology, dy, x, batch).value, "gradient");
  expectEqual(bias.subarray(33), rowSums(dy, 33, batch).value, "bias gradient");
};

export async function checkGather(kernel: typeof gather): Promise<void> {
  const data = integers(random(3), 40 * 21);
  const order = Uint32Array.from({ length: 40 }, (_, i) => 39 - i);
  const params = { features: 21, stride: 20, shardStart: 0, shardEnd: 40 };
  const { x } = await runKernel(device, kernel, { params, arrays: { cursor, order, data, x: 21 * 20 } });
  expectEqual(
    x,
    Float32Array.from({ length: 21 * 20 }, (_, i) => (i % 20 < batch ? data[order[i % 20] * 21 + Math.floor(i / 20)] : 0)),
    "x",
  );
}

/** Equal outputs in every sample, so that class 0 is the prediction; the squared error is exact. */
export async function checkLoss(kernel: typeof loss): Promise<void> {
  const arrays = {
    cursor,
    order: Uint32Array.from({ length: batch }, (_, i) => i),
    targets: Float32Array.from({ length: batch }, (_, i) => i % 2),
    z: new Float32Array(4 * 20).fill(2),
    delta: 4 * 20,
    stepSums: 2,
    weights: null,
  };
  const { stepSums, delta } = await runKernel(device, kernel, {
    params: { outputs: 4, stride: 20, width: 1 },
    arrays,
    pieces: { loss: mse },
  });
  expectEqual(stepSums, [(batch * 13) / 4, batch / 2], "loss and accuracy");
  expectEqual(
    delta.filter((_, i) => i % 20 >= batch),
    new Float32Array(8),
    "delta of pad columns",
  );
}
