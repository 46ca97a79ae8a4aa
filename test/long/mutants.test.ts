import { describe, expect, test } from "vitest";
import type { Kernel } from "../../src/device/kernel.js";
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
import { spmm } from "../../src/kernels/spmm.js";
import { spmmT } from "../../src/kernels/spmm-t.js";
import { compareWithTwins } from "../../src/self-check/compare.js";
import {
  checkFolding,
  checkGather,
  checkLoss,
  checkSddmmWith,
  checkSpmm,
  checkSpmmT,
  checkSpmmWith,
  device,
  TILING,
} from "./kernel-checks.js";

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
