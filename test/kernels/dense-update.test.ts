import { describe, expect, test } from "vitest";
import { type Place, placesTable } from "../../src/device/place.js";
import { denseUpdate } from "../../src/kernels/dense-update.js";
import { denseTopology } from "../../src/sparse/topology.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest } from "../matrix.js";
import { DENSE_PROBLEMS } from "./dense-problems.js";
import {
  concat,
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
import { largest, MEMBER_SIZES, placesOf, stackSections } from "./members.js";
import { rowSums, sampledProduct } from "./reference.js";
import { expectStep, HYPER, RATES, RULES, type Rule, ruleOf, section } from "./rules.js";

const all = await devices();

interface Inputs {
  readonly rows: number;
  readonly cols: number;
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
const inputs = once((rows: number, cols: number, batch: number, draw: typeof normals): Inputs => {
  const rng = random(2, "dense-update inputs");
  const positive = (n: number) => draw(rng, n).map((value) => Math.abs(value));
  const n = rows * cols;
  const bias = Float32Array.from([...draw(rng, rows), ...positive(2 * rows)]);
  return {
    rows,
    cols,
    batch,
    w: draw(rng, n),
    m: positive(n),
    v: positive(n),
    bias,
    delta: draw(rng, rows * batch),
    x: draw(rng, cols * batch),
  };
});

/** delta x' and its row sums by definition, in f64. */
const gradientsOf = once(({ rows, cols, batch, delta, x }: Inputs) => sampledProduct(denseTopology(rows, cols), delta, x, batch));
const biasGradientsOf = once(({ rows, batch, delta }: Inputs) => rowSums(delta, rows, batch));

type Constants = { readonly [K in keyof typeof denseUpdate.constants]?: number } & { readonly rule: Rule | "gradient" };

/** Runs rows [from, to) as a row block. The columns beyond the batch are 0 in delta, as the loss leaves them, and 5 in x. */
async function run(
  { device }: TestDevice,
  { rows, cols, batch, w, m, v, bias, delta, x }: Inputs,
  { rule, ...constants }: Constants,
  [from, to] = [0, rows],
  rates: readonly number[] = RATES,
  hyper = HYPER,
  places: readonly Place[] | null = null,
) {
  const { optimiser, params: own } = ruleOf(rule, hyper);
  const params = {
    rows: to - from,
    cols,
    rowStart: from,
    quads: strideOf(batch) / 4,
    neurons: rows,
    ...own,
    ...(places && largest(places)),
  };
  const slots = places ? [] : [from * cols, to * cols];
  const arrays = {
    rates: Float32Array.of(...rates, 0),
    w: w.subarray(...slots),
    m: optimiser.state.length > 0 ? m.subarray(...slots) : null,
    v: optimiser.state.length > 1 ? v.subarray(...slots) : null,
    delta: padded(delta, rows, batch, 0),
    x: padded(x, cols, batch, 5),
    bias: constants.BIAS === 0 ? null : bias,
    places: places && placesTable(places),
  };
  return runKernel(device, denseUpdate, { params, arrays, constants: { TILED: 0, ...constants }, pieces: { optimiser } });
}

const VARIANTS = [
  { WG: 64, LX: 8, TILED: 1 },
  { WG: 128, LX: 8, TILED: 1 },
  { WG: 32, LX: 2, TILED: 1 },
  { WG: 64, LX: 8, TILED: 0 },
  { WG: 32, LX: 16, TILED: 0 },
  { WG: 16, LX: 16, TILED: 0 },
];

describe.each(all)("dense-update on $name", (on) => {
  test.each(DENSE_PROBLEMS)("gradients of $rows x $cols, batch $batch: $reason", async ({ rows, cols, batch }) => {
    const given = inputs(rows, cols, batch, normals);
    const { w, m, bias } = await run(on, given, { rule: "gradient" });
    const bounds = ({ abs, terms }: ReturnType<typeof rowSums>) => abs.map((sum, i) => tolerance(on, terms[i] + 4, sum));
    expectWithin(m, gradientsOf(given).value, bounds(gradientsOf(given)), "gradient");
    expectWithin(section(bias, rows, 1), biasGradientsOf(given).value, bounds(biasGradientsOf(given)), "bias gradient");
    expectEqual(w, given.w, "w");
    expectEqual(section(bias, rows, 0), section(given.bias, rows, 0), "bias");
    expectEqual(section(bias, rows, 2), section(given.bias, rows, 2), "second moments of the bias");
  });

  gpuMatrixTest(on).each(VARIANTS)("SGD's steps are exact on small integers, whatever the tiling (%o)", async (constants) => {
    for (const { rows, cols, batch } of DENSE_PROBLEMS) {
      const given = inputs(rows, cols, batch, integers);
      const { w, bias } = await run(on, given, { rule: "sgd", ...constants }, [0, rows], [0.5, 0, 0], { ...HYPER, decay: 0 });
      const weights = gradientsOf(given).value.map((g, k) => given.w[k] - g / 2);
      const biases = biasGradientsOf(given).value;
      expectEqual(w, weights, `w of ${rows} x ${cols}, batch ${batch}`);
      expectEqual(
        bias,
        Float64Array.from(given.bias, (b, i) => b - (i < rows ? biases[i] / 2 : 0)),
        "bias",
      );
    }
  });

  gpuMatrixTest(on).each([0, 1])("a row block updates its own weights and biases and no other (TILED %d)", async (TILED) => {
    const given = inputs(33, 47, 6, integers);
    const gradients = gradientsOf(given).value;
    const biases = biasGradientsOf(given).value;
    for (const [from, to] of [
      [0, 10],
      [10, 11],
      [11, 33],
    ] as const) {
      const { m, bias } = await run(on, given, { rule: "gradient", TILED }, [from, to]);
      expectEqual(m, gradients.subarray(from * 47, to * 47), "gradient");
      const expected = Float64Array.from(given.bias, (b, i) => (i >= 33 + from && i < 33 + to ? biases[i - 33] : b));
      expectEqual(bias, expected, "bias");
    }
  });

  gpuMatrixTest(on)("without a bias only weights are updated", async () => {
    const given = inputs(33, 47, 6, integers);
    const { m, bias } = await run(on, given, { rule: "gradient", BIAS: 0 });
    expectEqual(m, gradientsOf(given).value, "gradient");
    expect(bias.length).toBe(0);
  });

  for (const rule of RULES) {
    (rule === "adam" ? test : gpuMatrixTest(on))(`${rule} steps as its equation says, given the gradient it stored`, async () => {
      const given = inputs(33, 47, 31, normals);
      const stored = await run(on, given, { rule: "gradient" });
      const after = await run(on, given, { rule });
      expectStep(rule, [given.w, given.m, given.v], [after.w, after.m, after.v], stored.m, HYPER.decay, on.f64);
      const sections = (a: ArrayLike<number>) => [section(a, 33, 0), section(a, 33, 1), section(a, 33, 2)] as const;
      expectStep(rule, sections(given.bias), sections(after.bias), section(stored.bias, 33, 1), HYPER.decay, on.f64);
    });
  }

  test("the same inputs give the same bits", async () => {
    const given = inputs(33, 47, 31, normals);
    const [first, second] = [await run(on, given, { rule: "adam" }), await run(on, given, { rule: "adam" })];
    for (const name of ["w", "m", "v", "bias"] as const) expectEqualBits(first[name], second[name], name);
  });

  for (const TILED of [0, 1]) {
    (TILED ? gpuMatrixTest(on) : test)(`members of an ensemble have the bits that each has alone (TILED ${TILED})`, async () => {
      const batch = 24;
      const constants = { rule: "adam", WG: 32, LX: 4, TILED } as const;
      for (const shared of [false, true]) {
        const places = placesOf(
          MEMBER_SIZES.map(({ rows, cols }) => ({ rows, cols: shared ? 40 : cols })),
          shared,
        );
        const members = places.map(({ rows, cols }, j) => {
          const draw: typeof normals = (rng, n) => normals(rng, n).map((value) => value * (j + 1));
          return { ...inputs(rows, cols, batch, draw), ...(shared && { x: normals(random(7), cols * batch) }) };
        });
        const part = (name: "w" | "m" | "v" | "delta" | "x") => members.map((given) => given[name]);
        const [w, m, v, delta] = (["w", "m", "v", "delta"] as const).map((name) => concat(part(name)));
        const bias = stackSections(
          members.map((given) => given.bias),
          3,
        );
        const x = shared ? part("x")[0] : concat(part("x"));
        const stack = { rows: 83, cols: shared ? 40 : 80, batch, w, m, v, bias, delta, x };
        const together = await run(on, stack, { ...constants, MEMBERS: 3 }, [0, 83], RATES, HYPER, places);
        const alone = [];
        for (const given of members) alone.push(await run(on, given, constants));
        for (const name of ["w", "m", "v"] as const) expectEqualBits(together[name], concat(alone.map((one) => one[name])), name);
        const biases = alone.map((one) => one.bias as Float32Array | Float64Array);
        expectEqualBits(together.bias, stackSections(biases, 3), "bias");
      }
    });
  }
});
