import { describe, expect, test } from "vitest";
import type { Dispatch } from "../../src/device/kernel.js";
import { candidatesOf } from "../../src/kernels/candidates.js";
import { sddmm } from "../../src/kernels/sddmm.js";
import { cutLongRows, inSegments, LONGEST_WALK, UNCUT } from "../../src/kernels/segments.js";
import { sliceRows, type Topology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import {
  devices,
  expectEqual,
  expectEqualBits,
  expectWithin,
  integers,
  normals,
  once,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
} from "./harness.js";
import { PROBLEMS, randomTopology } from "./problems.js";
import { rowSums, sampledProduct } from "./reference.js";
import { expectStep, HYPER, RATES, RULES, type Rule, ruleOf, section } from "./rules.js";

const all = await devices();

interface Inputs {
  readonly topology: Topology;
  readonly batch: number;
  readonly w: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
  /** Bias, its m and its v: rows elements each. */
  readonly bias: Float32Array;
  readonly delta: Float32Array;
  readonly x: Float32Array;
}

/** State is positive, as second moments are: which of m and v is one depends on the rule. */
const inputs = once((topology: Topology, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "sddmm inputs");
  const { nnz, rows, cols } = topology;
  const positive = (n: number) => draw(rng, n).map((value) => Math.abs(value));
  return {
    topology,
    batch,
    w: draw(rng, nnz),
    m: positive(nnz),
    v: positive(nnz),
    bias: Float32Array.from([...draw(rng, rows), ...positive(2 * rows)]),
    delta: draw(rng, rows * batch),
    x: draw(rng, cols * batch),
  };
});
/** delta x' at the connections, and its row sums, by definition, in f64. */
const gradientsOf = once(({ topology, batch, delta, x }: Inputs) => sampledProduct(topology, delta, x, batch));
const biasGradientsOf = once(({ topology, batch, delta }: Inputs) => rowSums(delta, topology.rows, batch));

type Constants = { readonly [K in keyof typeof sddmm.constants]?: number } & { readonly rule: Rule | "gradient" };

/** Runs rows [from, to) as a row block. The columns beyond the batch are 0 in delta, as the loss leaves them, and 5 in x. */
async function run(
  { device }: TestDevice,
  { topology, batch, w, m, v, bias, delta, x }: Inputs,
  { rule, ...constants }: Constants,
  [from, to] = [0, topology.rows],
  rates: readonly number[] = RATES,
  hyper = HYPER,
  above = LONGEST_WALK,
) {
  const { optimiser, params: constantsOfRule } = ruleOf(rule, hyper);
  const block = from === 0 && to === topology.rows ? topology : sliceRows(topology, from, to);
  const slots = [topology.rowPtr[from], topology.rowPtr[to]];
  const params = {
    rows: to - from,
    rowStart: from,
    quads: strideOf(batch) / 4,
    neurons: topology.rows,
    ...constantsOfRule,
    ...UNCUT,
  };
  const cut = cutLongRows(block.rowPtr, above, Math.min(above, 512));
  const arrays = {
    rates: Float32Array.of(...rates, 0),
    rowPtr: cut.starts,
    colIdx: block.colIdx,
    w: w.subarray(...slots),
    m: optimiser.state.length > 0 ? m.subarray(...slots) : null,
    v: optimiser.state.length > 1 ? v.subarray(...slots) : null,
    delta: padded(delta, topology.rows, batch, 0),
    x: padded(x, topology.cols, batch, 5),
    bias: constants.BIAS === 0 ? null : bias,
  };
  const [variant] = candidatesOf("sddmm", { ...block, quads: params.quads, software: true });
  const expand = (dispatch: Dispatch) => [inSegments(dispatch, to - from, cut, above)];
  return runKernel(device, sddmm, { params, arrays, constants: { ...variant, ...constants }, pieces: { optimiser }, expand });
}

describe.each(all)("sddmm on $name", (on) => {
  describe.each(PROBLEMS)("$reason", ({ topology, batch, WG = 64 }) => {
    gpuMatrixTest(on)("the stored gradients are within the bound of the f64 sums, and weights stay", async () => {
      const given = inputs(topology, batch, normals);
      const { w, m, bias } = await run(on, given, { WG, rule: "gradient" });
      const weights = gradientsOf(given);
      const biases = biasGradientsOf(given);
      const bounds = ({ abs, terms }: typeof weights) => abs.map((sum, i) => tolerance(on, terms[i] + 4, sum));
      expectWithin(m, weights.value, bounds(weights), "gradient");
      const n = topology.rows;
      expectWithin(bias.subarray(n, 2 * n), biases.value, bounds(biases), "bias gradient");
      expectEqual(w, given.w, "w");
      expectEqual(bias.subarray(0, n), given.bias.subarray(0, n), "bias");
      expectEqual(bias.subarray(2 * n), given.bias.subarray(2 * n), "second moments of the bias");
    });

    test("SGD's steps are exact on small integers", async () => {
      const given = inputs(topology, batch, integers);
      const { w, bias } = await run(on, given, { WG, rule: "sgd" }, [0, topology.rows], [0.5, 0, 0], { ...HYPER, decay: 0 });
      const weights = gradientsOf(given).value;
      const biases = biasGradientsOf(given).value;
      expectEqual(
        w,
        weights.map((g, k) => given.w[k] - g / 2),
        "w",
      );
      expectEqual(
        bias,
        Float64Array.from(given.bias, (b, i) => b - (i < topology.rows ? biases[i] / 2 : 0)),
        "bias",
      );
    });
  });

  const small = randomTopology(random(3, "sddmm"), 33, 47, 0.3, { rows: [0, 32] });

  gpuMatrixTest(on).each([1, 2, 4, 8, 16, 32, 64])(
    "%d invocations a row leave no connection out and take none twice",
    async (LANES) => {
      const given = inputs(small, 9, integers);
      const gradient = gradientsOf(given).value;
      const biases = biasGradientsOf(given).value;
      for (const EACH of [1, 4]) {
        for (const above of [LONGEST_WALK, 6]) {
          const { m, bias } = await run(on, given, { LANES, EACH, rule: "gradient" }, [0, 33], RATES, HYPER, above);
          expectEqual(m, gradient, `EACH ${EACH}, rows above ${above} cut: gradient`);
          expectEqual(bias.subarray(33, 66), biases, `EACH ${EACH}, rows above ${above} cut: bias gradient`);
        }
      }
    },
  );

  test("a row block updates its own weights and biases and no other", async () => {
    const given = inputs(small, 6, integers);
    const gradients = gradientsOf(given).value;
    const biases = biasGradientsOf(given).value;
    for (const [from, to] of [
      [0, 10],
      [10, 11],
      [11, 33],
    ] as const) {
      const { m, bias } = await run(on, given, { rule: "gradient" }, [from, to]);
      expectEqual(m, gradients.subarray(small.rowPtr[from], small.rowPtr[to]), "gradient");
      const expected = Float64Array.from(given.bias, (b, i) => (i >= 33 + from && i < 33 + to ? biases[i - 33] : b));
      expectEqual(bias, expected, "bias");
    }
  });

  gpuMatrixTest(on)("without a bias only weights are updated", async () => {
    const given = inputs(small, 6, integers);
    const { m, bias } = await run(on, given, { rule: "gradient", BIAS: 0 });
    expectEqual(m, gradientsOf(given).value, "gradient");
    expect(bias.length).toBe(0);
  });

  for (const rule of RULES) {
    (rule === "adam" ? test : gpuMatrixTest(on))(`${rule} steps as its equation says, given the gradient it stored`, async () => {
      const given = inputs(small, 31, normals);
      const stored = await run(on, given, { rule: "gradient" });
      const after = await run(on, given, { rule });
      const n = small.rows;
      expectStep(rule, [given.w, given.m, given.v], [after.w, after.m, after.v], stored.m, HYPER.decay, on.f64);
      const sections = (a: ArrayLike<number>) => [section(a, n, 0), section(a, n, 1), section(a, n, 2)] as const;
      expectStep(rule, sections(given.bias), sections(after.bias), section(stored.bias, n, 1), HYPER.decay, on.f64);
    });
  }

  test("the same inputs give the same bits", async () => {
    const given = inputs(small, 31, normals);
    const [first, second] = [await run(on, given, { rule: "adam" }), await run(on, given, { rule: "adam" })];
    for (const name of ["w", "m", "v", "bias"] as const) {
      expectEqualBits(first[name], second[name], name);
    }
  });
});

test("lanes are powers of two: on GPUs one for each connection of a mean row, up to 32 or 64", () => {
  const lanes = (nnz: number, rows: number, software: boolean) =>
    candidatesOf("sddmm", { nnz, rows, cols: 1e6, quads: 8, software }).map(({ LANES, EACH, WG = 64 }) => [LANES, EACH, WG]);
  expect(lanes(0, 5, false)).toEqual([
    [1, 1, 256],
    [1, 4, 64],
    [1, 4, 256],
    [1, 1, 64],
  ]);
  expect(lanes(10_000, 1000, false)).toEqual([
    [16, 1, 256],
    [2, 4, 64],
    [2, 4, 256],
    [8, 1, 64],
  ]);
  expect(lanes(1e6, 1, false)).toEqual([
    [32, 1, 256],
    [64, 1, 256],
    [64, 4, 64],
    [64, 4, 256],
    [64, 1, 64],
  ]);
  expect(lanes(40_000, 1000, true)).toEqual([[2, 4, 64]]);
});
