import { describe, expect, test } from "vitest";
import type { Dispatch, Kernel } from "../../src/device/kernel.js";
import {
  type Bindings,
  type CallableKernel,
  type Constants,
  defineKernel,
  type Pieces,
  type Scalars,
} from "../../src/device/kernel.js";
import { createWebgpuDevice } from "../../src/device/webgpu/device.js";
import { gather } from "../../src/kernels/gather.js";
import { loss } from "../../src/kernels/loss.js";
import { sddmm } from "../../src/kernels/sddmm.js";
import { cutLongRows, inSegments, joined } from "../../src/kernels/segments.js";
import { spmm } from "../../src/kernels/spmm.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import { mse } from "../../src/losses/mse.js";
import { gradient } from "../../src/optimisers/gradient.js";
import { compareWithTwins } from "../../src/self-check/compare.js";
import { type Topology, toCsc } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { expectEqual, integers, PROBLEMS, padded, randomTopology, runKernel, strideOf, unpadded } from "../kernels/harness.js";
import { multiply, multiplyTransposed, rowSums, sampledProduct } from "../kernels/reference.js";
import { sharedGpu } from "../shared-gpu.js";

const device = await sharedGpu();

/** A shape that shows most faults: rows of 0 to 12 connections. */
const topology = randomTopology(random(1, "mutants"), 33, 30, 0.2);
const batch = 18;
const quads = strideOf(batch) / 4;
const cursor = Uint32Array.of(0, batch, 0, 0);
const unused = { alpha: 0, stream: 0, threshold: 0, keepScale: 1, segments: 0, tableAt: 0, identityAt: 0, partialAt: 0 };
/** 5 quads on 2 lanes of 4; rows (columns) of more than ABOVE connections in segments of at most 3. */
const TILING = { VECS: 4, LANES: 2, UNROLL: 4 };
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
const checkSpmmWith = (constants: Partial<Record<keyof typeof spmm.constants, number>>) => async (kernel: typeof spmm) => {
  const { values, bias, x } = draw(topology, batch);
  const params = { ...unused, rows: 33, rowStart: 0, quads, zScale: 1, neurons: 33 };
  const cut = cutLongRows(topology.rowPtr, ABOVE, 3);
  const sums = { y: 33 * 4 * quads, z: cut.segments * 4 * quads, parameters: null };
  const arrays = { ...topology, rowPtr: cut.starts, cursor, values, bias, x: padded(x, 30, batch), ...sums };
  const expand = (dispatch: Dispatch) => joined(dispatch, 33, cut, ABOVE);
  const { y } = await runKernel(device, kernel, { params, arrays, constants, expand });
  expectEqual(unpadded(y, 33, batch), multiply(topology, values, bias, x, batch).value, "y");
};
const checkSpmm = checkSpmmWith(TILING);

async function checkFolding(kernel: typeof spmm): Promise<void> {
  const many = PROBLEMS.find(({ reason }) => reason.startsWith("70,000 rows"))?.topology;
  if (!many) throw new Error("the problem of 70,000 rows is missing");
  const { values, x } = draw(many, 1);
  const params = { ...unused, rows: many.rows, rowStart: 0, quads: 1, zScale: 1, neurons: many.rows };
  const arrays = { ...many, cursor, values, bias: null, x: padded(x, many.cols, 1), y: 4 * many.rows, z: null, parameters: null };
  const { y } = await runKernel(device, kernel, { params, arrays, constants: { BIAS: 0, WG: 1 } });
  expectEqual(unpadded(y, many.rows, 1), multiply(many, values, null, x, 1).value, "y");
}

async function checkSpmmT(kernel: typeof spmmT): Promise<void> {
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

const checkSddmmWith = (LANES: number, EACH: number) => async (kernel: typeof sddmm) => {
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

async function checkGather(kernel: typeof gather): Promise<void> {
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
async function checkLoss(kernel: typeof loss): Promise<void> {
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

interface Mutation {
  readonly fault: string;
  readonly from: string;
  readonly to: string;
}

const lastConnection = {
  fault: "the last connection is left out",
  from: "for (; k < end; k += PARTS)",
  to: "for (; k + 1u < end; k += PARTS)",
};

/** Every check passes with the kernel as it is and fails with each of its mutants. */
function rejects<P extends Scalars, B extends Bindings, C extends Constants, S extends Pieces>(
  kernel: CallableKernel<P, B, C, S>,
  check: (kernel: CallableKernel<P, B, C, S>) => Promise<void>,
  mutations: readonly Mutation[],
  variants: readonly Readonly<Record<string, number>>[],
): void {
  describe(`the check of ${kernel.name}`, () => {
    test("accepts the kernel as it is", () => check(kernel));
    test.each(mutations)("rejects it when $fault", async ({ fault, from, to }) => {
      expect(kernel.wgsl).toContain(from);
      await expect(
        check(defineKernel({ ...kernel, name: `${kernel.name}, ${fault}`, wgsl: kernel.wgsl.replace(from, to) })),
      ).rejects.toThrow(/expected|beyond/);
    });
    // What the self-check compares when a run has these variants.
    const uses = (wgsl: string) =>
      variants.map((constants) => ({
        kernel: { ...kernel, wgsl } as unknown as Kernel,
        constants: { ...kernel.constants, ...constants },
        pieces: kernel.pieces,
      }));
    if (uses.length > 0) test("the self-check accepts it, too", () => compareWithTwins(device, uses(kernel.wgsl)));
    test.each(variants.length > 0 ? mutations : [])("the self-check rejects it, too, when $fault", async ({ from, to }) => {
      const own = await createWebgpuDevice({ gpuDevice: device.gpuDevice }); // compiled kernels are kept by name
      await expect(compareWithTwins(own, uses(kernel.wgsl.replace(from, to)))).rejects.toThrow(`kernel ${kernel.name}: `);
    });
  });
}

/** Of a matrix with long rows: what walks it, and what adds up the segments of its long rows. */
const CUT: Readonly<Record<string, number>>[] = [
  { ...TILING, SPLIT: 1024 },
  { VECS: 1, LANES: 1, UNROLL: 1, SPLIT: 1024, JOIN: 1 },
];

rejects(
  spmm,
  checkSpmm,
  [
    lastConnection,
    { fault: "four at a time take one too many", from: "k + 3u * PARTS < end", to: "k + 3u * PARTS < end + 1u" },
    { fault: "the guard of rows is off by one", from: "place < count * tiles", to: "place + 1u < count * tiles" },
    {
      fault: "quads have no guard",
      from: "if (row == NONE || quad >= params.quads) { return; }",
      to: "if (row == NONE) { return; }",
    },
    { fault: "a lane leaves its last quad out", from: "put(item, row, quad + 2u * LANES, s2);", to: "" },
    { fault: "the third product is taken twice", from: "inputAt(c.w + q0)", to: "inputAt(c.z + q0)" },
    { fault: "a row of just the longest walk is left out", from: "end - k <= SPLIT", to: "end - k < SPLIT" },
    { fault: "a segment's sum is lost", from: "for (var s = k; s < end; s++)", to: "for (var s = k; s + 1u < end; s++)" },
    {
      fault: "segments share a sum",
      from: "putPartial((partialStart() + item) * params.quads + quad, sum)",
      to: "putPartial(partialStart() * params.quads + quad, sum)",
    },
  ],
  CUT,
);

rejects(
  spmm,
  checkSpmmWith({ LANES: 2, UNROLL: 1 }),
  [
    { fault: "every tile is the first", from: "let first = place / count * LANES * VECS;", to: "let first = 0u;" },
    { fault: "tiles overlap", from: "place / count * LANES * VECS", to: "place / count * VECS" },
  ],
  [{ LANES: 2, UNROLL: 1 }],
);

rejects(
  spmm,
  checkSpmmWith({ LANES: 5, PARTS: 4, UNROLL: 4 }),
  [
    { fault: "the last of those that share a row is not added", from: "p < PARTS; p++", to: "p + 1u < PARTS; p++" },
    { fault: "a workgroup is taken to hold a row more", from: "group * (WG / share)", to: "group * (WG / share + 1u)" },
    { fault: "those that share a row walk it together", from: "k += part;", to: "" },
  ],
  [{ LANES: 5, PARTS: 4, UNROLL: 4 }],
);

// Only a grid of more than 65,535 workgroups shows it: nothing that a self-check could afford.
rejects(
  spmm,
  checkFolding,
  [
    {
      fault: "the grid's second dimension is ignored",
      from: "return id.y * groups.x + id.x;",
      to: "return id.x + 0u * groups.x;",
    },
  ],
  [],
);

rejects(
  spmmT,
  checkSpmmT,
  [
    lastConnection,
    {
      fault: "quads have no guard",
      from: "if (row == NONE || quad >= params.quads) { return; }",
      to: "if (row == NONE) { return; }",
    },
    { fault: "a segment's sum is lost", from: "for (var s = k; s < end; s++)", to: "for (var s = k; s + 1u < end; s++)" },
    { fault: "values are not permuted", from: "return values[perm[k]];", to: "return values[k];" },
  ],
  CUT,
);

rejects(
  sddmm,
  checkSddmmWith(4, 1),
  [
    { fault: "the last connection is left out", from: "k < end; k += LANES", to: "k + 1u < end; k += LANES" },
    { fault: "a row's bound is off by one", from: "k < end; k += LANES", to: "k <= end; k += LANES" },
    { fault: "the last quad is left out", from: "for (; q < quads; q++)", to: "for (; q + 1u < quads; q++)" },
    { fault: "rows have no guard", from: "if (row >= params.rows) { return; }", to: "" },
    { fault: "the bias leaves the last quad out", from: "q < params.quads; q++", to: "q + 1u < params.quads; q++" },
  ],
  [{ LANES: 4 }],
);

rejects(
  sddmm,
  checkSddmmWith(1, 4),
  [
    { fault: "four at a time take one too many", from: "k + 3u * LANES < end", to: "k + 3u * LANES < end + 1u" },
    { fault: "the fourth gradient is the third's", from: "update(k3, s3)", to: "update(k3, s2)" },
  ],
  [{ LANES: 1, EACH: 4 }],
);

rejects(
  gather,
  checkGather,
  [
    { fault: "the columns have no guard", from: "if (first >= params.stride) { return; }", to: "" },
    { fault: "the last sample is taken for padding", from: "if (b >= cursor.count)", to: "if (b + 1u >= cursor.count)" },
    { fault: "pad columns are left", from: "x[f * params.stride + b] = 0.0;", to: "" },
    { fault: "the shard's last sample is left out", from: "sample < params.shardEnd", to: "sample + 1u < params.shardEnd" },
  ],
  [{}],
);

rejects(
  loss,
  checkLoss,
  [
    { fault: "the last of equals wins", from: "value > most", to: "value >= most" },
    { fault: "the last two partial sums are not added", from: "half > 0u", to: "half > 1u" },
    { fault: "pad columns keep their delta", from: "{ setDelta(c, b, 0.0); }", to: "{ }" },
  ],
  [{}],
);
