import { describe, expect, test } from "vitest";
import { activationUpdate } from "../../src/kernels/activation-update.js";
import { random } from "../../src/util/random.js";
import { gpuMatrixTest, matrixTest } from "../matrix.js";
import {
  devices,
  expectEqual,
  expectWithin,
  integers,
  normals,
  padded,
  runKernel,
  strideOf,
  type TestDevice,
  tolerance,
  unpadded,
} from "./harness.js";
import { expectStep, RATES, RULES, type Rule, ruleOf, section } from "./rules.js";

const all = await devices();

interface Inputs {
  readonly neurons: number;
  readonly batch: number;
  readonly z: Float32Array;
  readonly g: Float32Array;
  /** tl, al, tr, ar of all neurons, then their m, then their v. */
  readonly knees: Float32Array;
}

/** Knees differ from neuron to neuron; every ninth neuron has tl above tr, so that both conditions hold at once. */
function inputs(neurons: number, batch: number, draw: typeof normals): Inputs {
  const rng = random(3, "srelu inputs");
  const parameters = [-0.5, 0.25, 0.5, 1.5].flatMap((start, i) =>
    Array.from({ length: neurons }, (_, n) => (i === 0 && n % 9 === 8 ? 1 : start) + (n % 4) / 4),
  );
  const state = draw(rng, 8 * neurons).map(Math.abs);
  return {
    neurons,
    batch,
    z: draw(rng, neurons * batch),
    g: draw(rng, neurons * batch),
    knees: Float32Array.from([...parameters, ...state]),
  };
}

/** Pad columns are 0 in g, as the loss leaves them, and -7 in z: below every knee. */
async function run(
  { device }: TestDevice,
  { neurons, batch, z, g, knees }: Inputs,
  { rule, ...constants }: { rule: Rule | "gradient"; WG?: number },
) {
  const { optimiser, params: own } = ruleOf(rule);
  const { decay: _none, ...hyper } = own;
  const params = { neurons, quads: strideOf(batch) / 4, alpha: 0, ...hyper };
  const arrays = {
    rates: Float32Array.of(...RATES, 0),
    z: padded(z, neurons, batch, -7),
    g: padded(g, neurons, batch, 0),
    parameters: knees,
  };
  const { g: delta, parameters } = await runKernel(device, activationUpdate, {
    params,
    arrays,
    constants,
    pieces: { optimiser },
  });
  return { g: delta, knees: parameters };
}

const f = (z: number, [tl, al, tr, ar]: readonly number[]) => (z <= tl ? tl + al * (z - tl) : z >= tr ? tr + ar * (z - tr) : z);
const slope = (z: number, [tl, al, tr, ar]: readonly number[]) => (z <= tl ? al : z >= tr ? ar : 1);
const kneesOf = ({ neurons, knees }: Inputs, n: number) => [0, 1, 2, 3].map((i) => knees[i * neurons + n]);

/** The gradients by definition, [4, neurons], beside the sums of the absolute values of their terms. */
function expectedGradients(given: Inputs): { value: Float64Array; abs: Float64Array } {
  const { neurons, batch, z, g } = given;
  const value = new Float64Array(4 * neurons);
  const abs = new Float64Array(4 * neurons);
  for (let n = 0; n < neurons; n++) {
    const [tl, al, tr, ar] = kneesOf(given, n);
    for (let i = n * batch; i < (n + 1) * batch; i++) {
      const terms = z[i] <= tl ? [1 - al, z[i] - tl, 0, 0] : z[i] >= tr ? [0, 0, 1 - ar, z[i] - tr] : [0, 0, 0, 0];
      const sizes =
        z[i] <= tl
          ? [1 + Math.abs(al), Math.abs(z[i]) + Math.abs(tl), 0, 0]
          : z[i] >= tr
            ? [0, 0, 1 + Math.abs(ar), Math.abs(z[i]) + Math.abs(tr)]
            : terms;
      terms.forEach((term, k) => {
        value[k * neurons + n] += g[i] * term;
        abs[k * neurons + n] += Math.abs(g[i]) * sizes[k];
      });
    }
  }
  return { value, abs };
}

const SIZES = [1, 3, 17, 65].flatMap((neurons) => [1, 2, 31, 128, 500].map((batch) => ({ neurons, batch })));

describe.each(all)("activation-update of SReLU on $name", (on) => {
  test.each(SIZES)(
    "$neurons neurons, batch $batch: gradients are within the bound, delta is g f'(z)",
    async ({ neurons, batch }) => {
      const given = inputs(neurons, batch, normals);
      const { g, knees } = await run(on, given, { rule: "gradient" });
      const { value, abs } = expectedGradients(given);
      expectWithin(
        section(knees, 4 * neurons, 1),
        value,
        abs.map((sum) => tolerance(on, batch + 4, sum)),
        "gradients",
      );
      const delta = Float64Array.from(given.g, (v, i) => v * slope(given.z[i], kneesOf(given, Math.floor(i / batch))));
      expectWithin(
        unpadded(g, neurons, batch),
        delta,
        delta.map((v) => (on.f64 ? 0 : 2 ** -23 * Math.abs(v))),
        "delta",
      );
      for (let i = 0; i < g.length; i++) if (i % strideOf(batch) >= batch) expect(g[i]).toBeCloseTo(0, 30);
      expectEqual(section(knees, 4 * neurons, 0), section(given.knees, 4 * neurons, 0), "knees");
      expectEqual(section(knees, 4 * neurons, 2), section(given.knees, 4 * neurons, 2), "second moments");
    },
  );

  gpuMatrixTest(on).each([16, 64, 128])("gradients are exact on small integers with workgroups of %d", async (WG) => {
    for (const { neurons, batch } of SIZES) {
      const given = inputs(neurons, batch, integers);
      const { g, knees } = await run(on, given, { rule: "gradient", WG });
      expectEqual(section(knees, 4 * neurons, 1), expectedGradients(given).value, `gradients of ${neurons}, batch ${batch}`);
      const delta = Float64Array.from(given.g, (v, i) => v * slope(given.z[i], kneesOf(given, Math.floor(i / batch))));
      expectEqual(unpadded(g, neurons, batch), delta, "delta");
    }
  });

  matrixTest("more workgroups than one grid dimension holds", async () => {
    const given = inputs(70_000, 1, integers);
    const { knees } = await run(on, given, { rule: "gradient", WG: 16 });
    expectEqual(section(knees, 280_000, 1), expectedGradients(given).value, "gradients");
  });

  for (const rule of RULES) {
    (rule === "adam" ? test : gpuMatrixTest(on))(
      `${rule} steps the knees as its equation says, without decay, given the gradients it stored`,
      async () => {
        const given = inputs(37, 31, normals);
        const stored = await run(on, given, { rule: "gradient" });
        const after = await run(on, given, { rule });
        const sections = (a: ArrayLike<number>) => [section(a, 148, 0), section(a, 148, 1), section(a, 148, 2)] as const;
        expectStep(rule, sections(given.knees), sections(after.knees), section(stored.knees, 148, 1), 0, on.f64);
        expectEqual(after.g, stored.g, "delta");
      },
    );
  }
});

test("the oracle's gradients and delta agree with finite differences of f away from its knees", async () => {
  const neurons = 8; // none with tl above tr: f jumps there
  const given = inputs(neurons, 31, normals);
  const h = 1e-5;
  for (let n = 0; n < neurons; n++) {
    const [tl, , tr] = kneesOf(given, n);
    for (let i = n * 31; i < (n + 1) * 31; i++)
      if (Math.min(Math.abs(given.z[i] - tl), Math.abs(given.z[i] - tr)) < 1e-3) given.z[i] += 0.01;
  }
  const oracle = all[0];
  expect(oracle.f64).toBe(true);
  const { g, knees } = await run(oracle, given, { rule: "gradient" });
  const lossOf = (n: number, parameters: readonly number[]) => {
    let sum = 0;
    for (let i = n * 31; i < (n + 1) * 31; i++) sum += given.g[i] * f(given.z[i], parameters);
    return sum;
  };
  for (let n = 0; n < neurons; n++) {
    const at = kneesOf(given, n);
    at.forEach((_, k) => {
      const moved = (by: number) => lossOf(n, at.with(k, at[k] + by));
      const difference = (moved(h) - moved(-h)) / (2 * h);
      expect(Math.abs(knees[4 * neurons + k * neurons + n] - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
    });
    for (let b = 0; b < 31; b++) {
      const z = given.z[n * 31 + b];
      const difference = (given.g[n * 31 + b] * (f(z + h, at) - f(z - h, at))) / (2 * h);
      expect(Math.abs(g[n * strideOf(31) + b] - difference)).toBeLessThan(1e-6 * Math.max(1, Math.abs(difference)));
    }
  }
});
